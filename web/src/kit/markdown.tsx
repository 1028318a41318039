import { useMemo } from "react";
import { type Block, blocksOf, type Inline } from "@/core/markdown.ts";

/** A description that somebody wrote in Markdown. */
export function Markdown({ text, label }: { text: string; label: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <section aria-label={label} className="flex max-w-prose flex-col gap-2 break-words text-ink-2">
      {blocks.map((block, at) => (
        <BlockView key={at} block={block} />
      ))}
    </section>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return (
        <h2 className="font-semibold leading-6 text-ink">
          <Text content={block.content} />
        </h2>
      );
    case "paragraph":
      return (
        <p>
          <Text content={block.content} />
        </p>
      );
    case "code":
      return (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs"
        >
          {block.text}
        </pre>
      );
    case "list":
      return <List ordered={block.ordered} items={block.items} />;
    case "quote":
      return (
        <blockquote className="flex flex-col gap-2 border-l-2 border-line-strong pl-3">
          {block.blocks.map((each, at) => (
            <BlockView key={at} block={each} />
          ))}
        </blockquote>
      );
    case "rule":
      return <hr className="border-line" />;
  }
}

function List({ ordered, items }: { ordered: boolean; items: Inline[][] }) {
  const Tag = ordered ? "ol" : "ul";
  return (
    <Tag className={ordered ? "list-decimal pl-5" : "list-disc pl-5"}>
      {items.map((item, at) => (
        <li key={at}>
          <Text content={item} />
        </li>
      ))}
    </Tag>
  );
}

function Text({ content }: { content: Inline[] }) {
  return content.map((part, at) => <Part key={at} part={part} />);
}

function Part({ part }: { part: Inline }) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code className="rounded-sm bg-sunken px-1 font-mono text-xs">{part.text}</code>;
    case "strong":
      return (
        <strong className="font-semibold text-ink">
          <Text content={part.content} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Text content={part.content} />
        </em>
      );
    case "link":
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow" className="link underline">
          <Text content={part.content} />
        </a>
      );
    case "break":
      return <br />;
  }
}
