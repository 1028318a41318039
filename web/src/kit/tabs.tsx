import { type KeyboardEvent, type ReactNode, useId } from "react";
import { cx } from "@/core/classes.ts";

export interface Tab {
  id: string;
  label: string;
  /** A number beside the label. */
  count?: number;
  content: ReactNode;
}

interface TabsProps {
  tabs: readonly Tab[];
  value: string;
  onChange: (id: string) => void;
}

/** Only the chosen tab is rendered. Keep the choice in the URL: `value` from the search, `onChange` navigates. */
export function Tabs({ tabs, value, onChange }: TabsProps) {
  const id = useId();
  const chosen = tabs.find((tab) => tab.id === value) ?? tabs[0];
  if (!chosen) return null;
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = step && tabs[(tabs.indexOf(chosen) + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div
        role="tablist"
        onKeyDown={press}
        className="flex shrink-0 gap-4 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            data-tab={tab.id}
            aria-selected={tab === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab === chosen ? 0 : -1}
            onClick={() => onChange(tab.id)}
            className={cx(
              "whitespace-nowrap border-b-2 px-0.5 py-1.5 font-medium hover:text-ink",
              tab === chosen ? "border-accent text-ink" : "border-transparent text-ink-2",
            )}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="pl-1.5 text-xs font-normal text-ink-3">{tab.count}</span>
            )}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${chosen.id}`}
        className="flex min-h-0 flex-1 flex-col pt-3"
      >
        {chosen.content}
      </div>
    </div>
  );
}
