/** Data frames. */
import { useMemo, useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { longCount } from "../data/format";
import { thaw, type Lookup, type Value } from "./stored";
import { gist } from "./gist";
import { useGround, useShow } from "./ground";
import { Grid } from "./Grid";
import type { Path } from "./paths";
import { counted, inDigits, oneLine } from "./words";

export function itemsOf(wire: Wire | undefined, lookup: Lookup): readonly Wire[] {
  const value = thaw(wire, lookup);
  return value.type === "list" ? value.items : [];
}

/** A cell's number, or null for what is none. */
function numberIn(wire: Wire | undefined): number | null {
  if (typeof wire === "number") return wire;
  return typeof wire === "object" && wire !== null && !Array.isArray(wire) && wire.$ === "float" ? NaN : null;
}

export function DataTable({ value, path }: { value: Value & { type: "table" }; path: Path }) {
  const ground = useGround();
  const { lookup } = ground;
  const Show = useShow();
  const [sort, setSort] = useState<{ column: number; down: boolean } | null>(null);
  const [picked, setPicked] = useState<[number, number] | null>(null);
  const data = useMemo(
    () => ({
      columns: itemsOf(value.columns, lookup).map((column) => gist(column, lookup, 60)),
      rows: itemsOf(value.rows, lookup),
      index: value.index === null ? null : itemsOf(value.index, lookup),
    }),
    [value.rows, ground, ground.version],
  );
  const order = useMemo(() => (sort ? sorted(data.rows, sort, lookup) : null), [data, sort]);
  const rowAt = (row: number) => order?.[row] ?? row;
  const wireAt = (row: number, column: number): Wire | undefined => itemsOf(data.rows[rowAt(row)], lookup)[column];
  const cell = (row: number, column: number) => {
    const wire = wireAt(row, column);
    const number = numberIn(wire);
    if (wire === null) return { text: "", isNumber: true };
    return { text: typeof number === "number" && typeof wire === "number" ? inDigits(number) : gist(wire, lookup, 160), isNumber: number !== null };
  };
  const total = value.length ?? data.rows.length;
  const isCut = total > data.rows.length;
  const words = `${isCut ? `first ${longCount(data.rows.length)} of ${counted(total, "row")}` : counted(data.rows.length, "row")} × ${counted(data.columns.length, "column")}`;
  return (
    <div class="il-d-table">
      <Grid
        label="Table"
        columns={data.columns}
        rows={data.rows.length}
        head={data.index ? (row) => gist(data.index![rowAt(row)], lookup, 40) : (row) => String(rowAt(row))}
        cell={cell}
        sort={sort}
        onSort={(column) => setSort((now) => (now?.column !== column ? { column, down: false } : now.down ? null : { column, down: true }))}
        onPick={(row, column) => setPicked([row, column])}
      />
      <div class="il-d-note">{words}</div>
      {picked && (
        <div class="il-d-picked">
          <div class="il-d-picked-head">
            <span class="il-d-key">{oneLine(data.columns[picked[1]] ?? "", 60)}</span>
            <span class="il-d-note">row {data.index ? gist(data.index[rowAt(picked[0])], lookup, 40) : rowAt(picked[0])}</span>
            <button type="button" class="il-d-link" onClick={() => setPicked(null)}>
              Close
            </button>
          </div>
          <Show wire={wireAt(...picked)} path={[...path, "rows", rowAt(picked[0]), picked[1]]} depth={1} />
        </div>
      )}
    </div>
  );
}

/** The rows' places, ordered by a column: numbers before texts, nothing last. */
function sorted(rows: readonly Wire[], { column, down }: { column: number; down: boolean }, lookup: Lookup): number[] {
  const keys = rows.map((row) => {
    const wire = itemsOf(row, lookup)[column];
    const number = numberIn(wire);
    if (wire === null || wire === undefined || Number.isNaN(number)) return null;
    return number ?? gist(wire, lookup, 200);
  });
  const sign = down ? -1 : 1;
  return rows
    .map((_, place) => place)
    .sort((a, b) => {
      const [one, other] = [keys[a]!, keys[b]!];
      if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b;
      if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
      return (one < other ? -1 : one > other ? 1 : 0) * sign || a - b;
    });
}
