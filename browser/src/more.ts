// The second script: views and renderers that are asked for when they are first needed. It is built into a file of
// its own (see vite.config.ts) and loaded by `parts/later`.

import diff from "./style/diff.css?inline";
import rich from "./style/rich.css?inline";
import talk from "./style/talk.css?inline";
import timeline from "./style/timeline.css?inline";

export { ArrayView } from "./detail/ArrayView";
export { DataTable } from "./detail/DataTable";
export { Figure } from "./detail/Figure";
export { FieldCard } from "./detail/FieldCard";
export { File, Frame } from "./detail/Files";
export { Logprobs } from "./detail/Logprobs";
export { Markdown } from "./detail/Markdown";
export { Diff } from "./diff/Diff";
export { Talk } from "./talk/Talk";
export { Timeline } from "./timeline/Timeline";

export const style = talk + timeline + diff + rich;
