import { describe, expect, it } from "vitest";
import type { KeyView, MeView } from "@/api/types.ts";
import { momentOf } from "@/pages/audit/wanted.ts";
import { goodFor, keyState } from "@/pages/people/key-columns.tsx";
import { valueText } from "@/pages/settings/what.tsx";
import { enrolCommand, quoted, workerCommand } from "@/pages/workers/command.ts";
import { roleIn } from "@/parts/roles.ts";
import { untilOf } from "@/parts/switches/until.ts";

const NOW = Date.parse("2026-11-26T03:00:00Z");
const KEY: KeyView = {
  id: "k1",
  name: "deploy",
  kind: "api",
  owner: "ada",
  project: null,
  scopes: ["read", "edit"],
  pools: [],
  created: null,
  expires: null,
  revoked: null,
  used: null,
};

describe("commands of workers", () => {
  it("are whole", () => {
    const worker = { server: "https://tickwork.example", name: "atlas" };
    expect(enrolCommand({ ...worker, token: "twe_1" })).toBe(
      "tickwork worker enroll --server https://tickwork.example --token twe_1 --name atlas --key-file worker.key",
    );
    expect(workerCommand({ ...worker, pool: "gpu" })).toBe(
      "tickwork worker --server https://tickwork.example --key-file worker.key --pool gpu --name atlas",
    );
  });

  it("keep what a shell would take apart in one word", () => {
    expect(quoted("it's; rm -rf /")).toBe(`'it'\\''s; rm -rf /'`);
    expect(quoted("$HOME")).toBe("'$HOME'");
  });
});

describe("a switch", () => {
  it("is off until somebody turns it on, or for so long", () => {
    expect(untilOf("", "", NOW)).toBeNull();
    expect(untilOf("3600", "", NOW)).toBe("2026-11-26T04:00:00.000Z");
  });

  it("is off until a moment on the browser's clock", () => {
    const at = "2026-11-27T08:00";
    expect(untilOf("at", at, NOW)).toBe(new Date(at).toISOString());
  });
});

describe("a key", () => {
  it("is over when it was revoked, or its time has come", () => {
    expect(keyState(KEY, NOW)).toBe("active");
    expect(keyState({ ...KEY, expires: "2026-11-26T02:59:59Z" }, NOW)).toBe("expired");
    expect(keyState({ ...KEY, revoked: "2026-11-25T00:00:00Z" }, NOW)).toBe("revoked");
  });

  it("says what it is good for", () => {
    expect(goodFor({ ...KEY, project: "etl" })).toBe("read, edit in etl");
    expect(goodFor({ ...KEY, kind: "worker", pools: ["gpu", "cpu"] })).toBe("worker of gpu, cpu");
  });
});

describe("a role", () => {
  it("is the highest of those that count in a project", () => {
    const me = { superuser: false, roles: { "*": "viewer", etl: "editor" } } as unknown as MeView;
    expect(roleIn(me, "etl")).toBe("editor");
    expect(roleIn(me, "other")).toBe("viewer");
    expect(roleIn({ ...me, roles: {} }, "etl")).toBe("–");
  });
});

describe("a setting", () => {
  it("is told with its unit", () => {
    expect(valueText(30, { name: "grace", what: "", unit: "seconds" })).toBe("30 s");
    expect(valueText(86_400_000_000, { name: "keep_for", what: "", unit: "microseconds" })).toBe("1 d");
    expect(valueText(false, { name: "web", what: "" })).toBe("no");
    expect(valueText("", { name: "labels", what: "" })).toBe("–");
  });
});

describe("the audit's filters", () => {
  it("leave out what is no moment", () => {
    expect(momentOf("soon")).toBeUndefined();
    expect(momentOf("2026-11-26T03:00")).toBe(new Date("2026-11-26T03:00").toISOString());
  });
});
