import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
/** Each may import what stands before it, and itself. */
const LAYERS = ["core", "kit", "api", "log", "shell", "parts", "pages"];

const modules = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll(sep, "/"))
  .filter((name) => /\.tsx?$/.test(name) && name !== "api/generated.ts");
const imports = new Map(modules.map((name) => [name, importsOf(name)]));
const edges = [...imports].flatMap(([name, all]) => all.map((to) => ({ name, to })));

function importsOf(name: string): string[] {
  const text = readFileSync(join(SOURCES, name), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"((?:@|\.\.?)\/[^"]+)"/g)].map(([, to = ""]) =>
    to.startsWith("@/") ? to.slice(2) : normalize(join(dirname(name), to)).replaceAll(sep, "/"),
  );
}

const layerOf = (name: string) => LAYERS.indexOf(name.split("/")[0] ?? "");
const pageOf = (name: string) => /^pages\/[^/]+/.exec(name)?.[0];

describe("the sources", () => {
  it("import downwards only", () => {
    const upwards = edges
      .filter(({ name }) => name.includes("/"))
      .filter(({ name, to }) => layerOf(to) > layerOf(name));
    expect(upwards).toEqual([]);
  });

  it("have no page that imports another page", () => {
    const across = edges.filter(({ name, to }) => pageOf(name) && pageOf(to) && pageOf(name) !== pageOf(to));
    expect(across).toEqual([]);
  });

  it("have no circle", () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (name: string, way: string[]): void => {
      if (way.includes(name)) circles.push([...way.slice(way.indexOf(name)), name].join(" → "));
      if (done.has(name) || way.includes(name)) return;
      for (const to of imports.get(name) ?? []) visit(to, [...way, name]);
      done.add(name);
    };
    for (const name of modules) visit(name, []);
    expect(circles).toEqual([]);
  });
});
