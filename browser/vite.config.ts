import { defineConfig, type Plugin } from "vite";

/** The second script takes what it shares with the first as an argument, instead of importing it from an address: in a
 * notebook and in a file the first script has none. Beside this, names and bytes stay as they were built. */
function handedOver(): Plugin {
  const found = (pattern: RegExp, code: string, what: string): RegExpExecArray => {
    const match = pattern.exec(code);
    if (match === null) throw new Error(`The build has changed: ${what} was not found.`);
    return match;
  };
  const names = (list: string): [string, string][] =>
    list.split(",").map((one) => {
      const [from = "", to = from] = one.trim().split(/\s+as\s+/);
      return [from, to];
    });
  return {
    name: "handed-over",
    enforce: "post",
    generateBundle(_, bundle) {
      const first = bundle["browser.js"];
      const second = bundle["more.js"];
      const scripts = Object.keys(bundle).filter((name) => name.endsWith(".js"));
      if (first?.type !== "chunk" || second?.type !== "chunk" || scripts.length !== 2)
        throw new Error(`Two scripts were to be built, not ${scripts.join(", ")}.`);
      const taken = found(/^import\{([^{}]*)\}from[`"']\.\/browser\.js[`"'];/, second.code, "what the second script imports");
      const made = found(/export\{([^{}]*)\};?\s*$/, second.code, "what the second script exports");
      const given = found(/export\{([^{}]*)\};?\s*$/, first.code, "what the first script exports");
      const local = new Map(names(given[1]!).map(([from, to]) => [to, from]));
      const shared = names(taken[1]!);
      const inside = second.code.slice(taken[0].length, made.index);
      second.code =
        `export default({${shared.map(([from, to]) => `${from}:${to}`).join()}})=>{` +
        `${inside};return{${names(made[1]!).map(([from, to]) => `${to}:${from}`).join()}}};\n`;
      const asking = found(/import\([`"']\.\/more\.js[`"']\)/, first.code, "where the second script is asked for");
      const wanted = new Set(shared.map(([from]) => from));
      const open = names(given[1]!).filter(([, to]) => to.length > 2); // the others were made for the second script
      first.code =
        first.code.slice(0, asking.index) +
        `({${[...wanted].map((name) => `${name}:${local.get(name)}`).join()}})` +
        first.code.slice(asking.index + asking[0].length, given.index) +
        `export{${open.map(([from, to]) => (from === to ? from : `${from} as ${to}`)).join()}};\n`;
    },
  };
}

/** Vite's own loading of a chunk's dependencies is left out: there are none. */
function unwrapped(): Plugin {
  return {
    name: "unwrapped",
    enforce: "pre",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : null),
  };
}

// Two ES modules and one stylesheet, with names that do not change: the package ships them, and the tests rebuild
// them and compare byte by byte.
export default defineConfig(({ command }) => ({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [unwrapped(), handedOver()],
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
      preserveEntrySignatures: "allow-extension",
      output: {
        format: "es",
        minify: true,
        entryFileNames: "browser.js",
        chunkFileNames: "[name].js",
        assetFileNames: "browser[extname]",
      },
    },
  },
  server: { port: 5173, strictPort: false },
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"], setupFiles: ["test/setup.ts"], testTimeout: 60_000 },
}));
