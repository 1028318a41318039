import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import vite from "./vite.config.ts";

// What needs a document says so at its top: `// @vitest-environment happy-dom`.
export default mergeConfig(vite, defineConfig({ test: { include: ["test/**/*.test.{ts,tsx}"] } }));
