import { defineConfig } from "vite";

// One ES module and one stylesheet, with names that do not change: the package ships them, and the tests
// rebuild them and compare byte by byte.
export default defineConfig(({ command }) => ({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  publicDir: false,
  ...(command === "build" ? { define: { "process.env.NODE_ENV": '"production"' } } : {}),
  build: {
    outDir: "../interlab/ui/browser/static",
    emptyOutDir: false,
    target: "es2022",
    sourcemap: false,
    modulePreload: false,
    cssCodeSplit: false,
    minify: true,
    reportCompressedSize: true,
    rolldownOptions: {
      input: "src/index.ts",
      preserveEntrySignatures: "strict",
      output: {
        format: "es",
        codeSplitting: false,
        minify: true,
        entryFileNames: "browser.js",
        assetFileNames: "browser[extname]",
      },
    },
  },
  server: { port: 5173, strictPort: false },
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"] },
}));
