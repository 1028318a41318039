import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useSuperuser } from "@/api/hooks.ts";
import { revokeKey, rotateKey } from "@/api/people.ts";
import { queries } from "@/api/queries.ts";
import type { KeyView, MadeKey } from "@/api/types.ts";
import { nowMs } from "@/core/now.ts";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { Checkbox } from "@/kit/field.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { ShownOnce } from "@/kit/shown-once.tsx";
import { Table } from "@/kit/table.tsx";
import { type KeyVerbs, keyColumns, keyState } from "./key-columns.tsx";
import { NewKey } from "./new-key.tsx";

const route = getRouteApi("/people");

/** The keys of programs and workers: one's own; for a superuser everybody's. */
export function Keys() {
  const { ended } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(queries.keys());
  const client = useQueryClient();
  const superuser = useSuperuser();
  const [making, make] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const columns = useMemo(() => {
    const verbs: KeyVerbs = {
      rotate: (key) => void rotateKey(client, key).then((another) => another && setMade(another)),
      revoke: (key) => void revokeKey(client, key),
    };
    return keyColumns(superuser, verbs);
  }, [client, superuser]);
  const now = nowMs();
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="mr-auto text-ink-2">{query.data && countWords(query.data, now)}</p>
        <Checkbox
          label="Show those that are over"
          checked={ended !== undefined}
          onChange={(on) =>
            void navigate({ search: (old) => ({ ...old, ended: on ? "yes" : undefined }), replace: true })
          }
        />
        <Button icon="plus" kind="primary" onClick={() => make(true)}>
          New key
        </Button>
      </div>
      <Loaded query={query} placeholder={<Skeleton lines={5} className="h-8" />}>
        {(keys) => (
          <Table
            label="Keys"
            columns={columns}
            rows={keys.filter((key) => ended !== undefined || keyState(key, now) === "active")}
            rowKey={(key) => key.id}
            empty={<NoKeys />}
          />
        )}
      </Loaded>
      {making && (
        <NewKey
          onClose={() => make(false)}
          onMade={(key) => {
            make(false);
            setMade(key);
          }}
        />
      )}
      {made && <Made made={made} onClose={() => setMade(null)} />}
    </div>
  );
}

function countWords(keys: readonly KeyView[], now: number): string {
  const good = keys.filter((key) => keyState(key, now) === "active").length;
  const over = keys.length - good;
  return plural(good, "key") + (over ? `, and ${over} that are over` : "");
}

function NoKeys() {
  return (
    <EmptyState
      icon="key"
      title="No keys"
      command='curl -H "Authorization: Bearer $TICKWORK_KEY" …/api/v1/jobs'
    >
      A key lets a program do what you may do, within the scopes that you give it:
    </EmptyState>
  );
}

function Made({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  return (
    <ShownOnce title={`Key ${made.key.name}`} label="The key" secret={made.secret} onClose={onClose}>
      <p className="text-ink-2">
        {made.key.kind === "worker"
          ? "Put it into the worker's key file, and start the worker again."
          : "Commands and the Python client take it from TICKWORK_KEY; requests send it as Authorization: Bearer."}
      </p>
    </ShownOnce>
  );
}
