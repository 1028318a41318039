import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `npm run dev` shows the pages over a server of your choice: `tickwork up`, or `npm run mock`.
const server = process.env.TICKWORK_URL ?? "http://127.0.0.1:8787";

export default defineConfig({
  base: "/ui/",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: process.env.TICKWORK_UI_OUT ?? here("../src/tickwork/server/static/ui"),
    emptyOutDir: true,
    target: "baseline-widely-available",
    // Every asset is a file of its own: `data:` addresses would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // What most pages share comes in one piece: twenty small ones are packed worse, and asked for one by one.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "base", minShareCount: 14 }] } } },
  },
  server: { proxy: { "/api": { target: server, ws: true } } },
});
