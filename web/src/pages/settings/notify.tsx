/** Notifications: the channels, who hears of what, and what was sent. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { deleteChannel, notifyQueries, testChannel } from "@/api/notify.ts";
import type { ChannelView, DeliveryView, RuleView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { RowMenu } from "@/kit/menu.tsx";
import { EmptyState, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";
import { ChannelDialog } from "./channel-dialog.tsx";
import { occasionWords } from "./occasions.ts";
import { RuleDialog } from "./rule-dialog.tsx";

export function Notify() {
  const channels = useQuery(notifyQueries.channels());
  const rules = useQuery(notifyQueries.rules());
  const deliveries = useQuery(notifyQueries.deliveries());
  const [asking, setAsking] = useState<"channel" | "rule" | null>(null);
  const names = (channels.data ?? []).map((channel) => channel.name);
  return (
    <Section
      title="Notifications"
      actions={
        <>
          {names.length > 0 && (
            <Button kind="quiet" icon="bell" onClick={() => setAsking("rule")}>
              Who hears of trouble …
            </Button>
          )}
          <Button kind="quiet" icon="plus" onClick={() => setAsking("channel")}>
            New channel
          </Button>
        </>
      }
    >
      <Loaded query={channels} placeholder={<Skeleton className="h-[222px]" />}>
        {(found) => <Channels channels={found} />}
      </Loaded>
      {names.length > 0 && (
        <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
          <Loaded query={rules}>{(found) => <Rules rules={found} />}</Loaded>
          <Loaded query={deliveries}>{(found) => <Deliveries deliveries={found} />}</Loaded>
        </div>
      )}
      {asking === "channel" && <ChannelDialog onClose={() => setAsking(null)} />}
      {asking === "rule" && (
        <RuleDialog names={names} rules={rules.data ?? []} onClose={() => setAsking(null)} />
      )}
    </Section>
  );
}

const COLUMNS: Column<ChannelView>[] = [
  {
    id: "name",
    title: "Channel",
    width: "minmax(90px, 1fr)",
    cell: (channel) => <span className="font-medium">{channel.name}</span>,
  },
  { id: "way", title: "By", width: "84px", cell: (channel) => channel.way },
  {
    id: "target",
    title: "To",
    width: "minmax(120px, 2fr)",
    cell: (channel) => <span data-tip={channel.target}>{channel.target}</span>,
    wide: true,
  },
  {
    id: "quiet",
    title: "Quiet hours",
    width: "minmax(90px, 1fr)",
    cell: (channel) => channel.quiet ?? <span className="text-ink-3">none</span>,
    wide: true,
  },
  {
    id: "waiting",
    title: "Waiting",
    width: "72px",
    align: "right",
    cell: (channel) => channel.waiting,
  },
  {
    id: "error",
    title: "Last try",
    width: "minmax(100px, 2fr)",
    cell: (channel) =>
      channel.error ? (
        <span className="text-failed" data-tip={channel.error}>
          {channel.error}
        </span>
      ) : (
        <span className="text-ink-3">no fault</span>
      ),
    wide: true,
  },
  { id: "do", title: "", width: "44px", cell: (channel) => <ChannelMenu name={channel.name} /> },
];

function ChannelMenu({ name }: { name: string }) {
  const client = useQueryClient();
  return (
    <RowMenu
      kind="Channel"
      name={name}
      items={[
        { label: "Send a test", icon: "play", act: () => void testChannel(client, name) },
        { label: "Delete …", icon: "trash", danger: true, act: () => void deleteChannel(client, name) },
      ]}
    />
  );
}

function Channels({ channels }: { channels: ChannelView[] }) {
  return (
    <Table
      label="Channels"
      columns={COLUMNS}
      rows={channels}
      rowKey={(channel) => channel.name}
      empty={
        <EmptyState
          icon="bell"
          title="Nobody is told of trouble"
          command="tickwork channel add ops mail ops@example.org"
        >
          A channel is a way to people: mail, a webhook, a program. What fails, is late or never fires is told
          by the channels that a rule names.
        </EmptyState>
      }
    />
  );
}

function Rules({ rules }: { rules: RuleView[] }) {
  return (
    <section aria-label="Rules" className="flex min-w-0 flex-col gap-1">
      <h3 className="eyebrow">Who hears of what</h3>
      {rules.length === 0 && (
        <p className="text-ink-2">Nobody, but where a job's own definition says so: no rule is set.</p>
      )}
      <ul className="flex flex-col gap-0.5">
        {rules.map((rule, at) => (
          <li key={at}>
            <span className="font-medium">{rule.channels.join(", ")}</span>
            {": "}
            {rule.on.length ? rule.on.map(occasionWords).join(", ") : "all trouble"} of{" "}
            {rule.scope === "instance" ? "everything" : `${rule.scope} ${rule.target}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Again({ at }: { at: string }) {
  return (
    <>
      , again <Time at={at} />
    </>
  );
}

function Deliveries({ deliveries }: { deliveries: DeliveryView[] }) {
  return (
    <section aria-label="Told in the last day" className="flex min-w-0 flex-col gap-1">
      <h3 className="eyebrow">Told in the last day</h3>
      {deliveries.length === 0 && <p className="text-ink-2">Nothing.</p>}
      <ul className="flex max-h-64 flex-col gap-1 overflow-auto">
        {deliveries.map((each) => (
          <li key={each.id} className="flex items-baseline gap-2">
            <span className="w-16 shrink-0 text-ink-2">{each.fate}</span>
            <span className="min-w-0 flex-1 truncate" data-tip={each.note || undefined}>
              {each.run ? (
                <Link to="/runs/$run" params={{ run: each.run }} className="link">
                  {each.title}
                </Link>
              ) : (
                <Sentence text={each.title} />
              )}{" "}
              <span className="text-ink-3">by {each.channel}</span>
              {each.tries > (each.fate === "waiting" ? 0 : 1) && (
                <span className="text-ink-3">
                  , tried {each.tries} ×{each.next_try && <Again at={each.next_try} />}
                </span>
              )}
            </span>
            <Time at={each.noticed} className="text-xs text-ink-3" />
          </li>
        ))}
      </ul>
    </section>
  );
}
