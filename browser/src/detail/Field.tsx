/** One named value of a node: its name, what can be done with it, and the value. */
import { Component, type ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { shortBytes } from "../data/format";
import { thaw } from "./stored";
import { CopyButton } from "./CopyButton";
import { useGround, useShow } from "./ground";
import { useFoundHere } from "./Marked";
import { inPython, type Path } from "./paths";
import { LongText } from "./Text";
import { fitsOnLine, kindOf } from "./Tree";
import { oneLine, visible } from "./words";
import { forCopying, rawJson } from "./writing";

const MAX_RAW = 5_000_000;

interface FieldProps {
  name: string;
  wire: Wire | undefined;
  path: Path;
  /** Shows it otherwise than other values are shown. */
  children?: ComponentChildren;
}

export function Field({ name, wire, path, children }: FieldProps) {
  const { lookup } = useGround();
  const Show = useShow();
  const { ref, isHere } = useFoundHere(path);
  const [raw, setRaw] = useState(false);
  const value = thaw(wire, lookup);
  const short = !raw && !children && fitsOnLine(value);
  return (
    <div ref={ref} class={`il-d-named${short ? " il-d-short" : ""}${isHere && !short ? " il-d-here" : ""}`}>
      <div class="il-d-named-head">
        {name && <span class="il-d-name-of">{oneLine(name, 120)}</span>}
        {!short && <span class="il-d-kind-of">{visible(kindOf(value).slice(0, 80))}</span>}
        <Tools wire={wire} path={path} raw={raw} setRaw={setRaw} />
      </div>
      <div class="il-d-named-body">{raw ? <Raw wire={wire} path={path} /> : <Guarded of={wire}>{children ?? <Show wire={wire} path={path} depth={0} />}</Guarded>}</div>
    </div>
  );
}

/** Stores of strangers may hold values of any shape: one that can't be shown does not hide the others. */
class Guarded extends Component<{ of: unknown; children: ComponentChildren }, { failed: unknown }> {
  override componentDidCatch(): void {
    this.setState({ failed: this.props.of });
  }

  render(): ComponentChildren {
    if ("failed" in this.state && this.state.failed === this.props.of) return <span class="il-d-note">a value that can’t be shown; see the raw view</span>;
    return this.props.children;
  }
}

interface ToolsProps {
  wire: Wire | undefined;
  path: Path;
  raw: boolean;
  setRaw(raw: boolean): void;
}

function Tools({ wire, path, raw, setRaw }: ToolsProps) {
  const { api, lookup } = useGround();
  return (
    <span class="il-d-tools" role="group" aria-label={visible(inPython(path).slice(0, 200))}>
      <CopyButton api={api} label="copy" title="Copy the value" text={() => forCopying(wire ?? null, lookup).text} />
      <CopyButton api={api} label="path" title={visible(inPython(path).slice(0, 300))} text={() => inPython(path)} />
      <button type="button" class="il-d-tool" aria-pressed={raw} title="The stored form" onClick={() => setRaw(!raw)}>
        raw
      </button>
    </span>
  );
}

function Raw({ wire, path }: { wire: Wire | undefined; path: Path }) {
  const { lookup } = useGround();
  const written = rawJson(wire ?? null, lookup, MAX_RAW);
  return (
    <>
      <LongText text={written.text} path={[...path, "(raw)"]} mono />
      {written.cut && <span class="il-d-note">the first {shortBytes(MAX_RAW)}</span>}
    </>
  );
}
