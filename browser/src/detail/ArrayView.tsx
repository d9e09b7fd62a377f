/** Arrays of numbers. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { longCount, shortBytes } from "../data/format";
import { thaw, type Lookup, type Value } from "./stored";
import { bytesOf, numbersOf, type Numbers } from "./bytes";
import { dtypeName, gist } from "./gist";
import { useGround } from "./ground";
import { Grid } from "./Grid";
import type { Path } from "./paths";
import { inDigits, visible } from "./words";

const AUTOMATIC = 1_000_000;
/** Numbers looked at for the least, the mean and the greatest. */
const COUNTED = 1_000_000;
const IN_A_LINE = 10;

export function ArrayView({ value }: { value: Value & { type: "array" }; path: Path }) {
  const ground = useGround();
  const { lookup } = ground;
  const shape = value.shape.filter((size) => Number.isFinite(size) && size >= 0);
  const size = shape.reduce((product, one) => product * one, 1);
  const bytes = size * (Number(/\d+/.exec(value.dtype)?.[0]) || 8);
  const { hash } = value;
  const isAway = hash !== null && lookup.values[hash] === undefined;
  const isWanted = isAway && bytes <= AUTOMATIC && !ground.failed.has(hash);
  useEffect(() => {
    if (isWanted) void ground.load(hash);
  }, [isWanted, hash, ground]);
  const numbers = useMemo(() => readNumbers(value, lookup, size), [hash, value.numbers, ground, ground.version]);
  const facts = useMemo(() => (numbers ? extent(numbers) : null), [numbers]);
  const about = `${shape.map(longCount).join(" × ") || "one number"}, ${dtypeName(value.dtype)}`;
  return (
    <div class="il-d-array">
      <div class="il-d-facts-line">
        <span>{visible(about)}</span>
        {facts && (
          <span class="il-d-note">
            min {inDigits(facts.least)} · mean {inDigits(facts.mean)} · max {inDigits(facts.most)}
          </span>
        )}
      </div>
      {numbers ? (
        <Slices numbers={numbers} shape={shape} facts={facts} />
      ) : isAway ? (
        <button type="button" class="il-d-button" disabled={ground.isLoading(hash)} onClick={() => void ground.load(hash)}>
          {ground.isLoading(hash) ? "Loading…" : `Show (${shortBytes(bytes)})`}
        </button>
      ) : (
        <span class="il-d-note">numbers of this kind can’t be shown</span>
      )}
    </div>
  );
}

function readNumbers(value: Value & { type: "array" }, lookup: Lookup, size: number): Numbers | null {
  if (value.hash !== null) {
    const bytes = bytesOf(lookup.values[value.hash]);
    return bytes && numbersOf(value.dtype, bytes);
  }
  const flat: (string | number)[] = [];
  const walk = (wire: Wire | undefined, depth: number) => {
    if (flat.length > COUNTED || depth > 40) return;
    const here = thaw(wire, lookup);
    if (here.type === "list") here.items.forEach((item) => walk(item, depth + 1));
    else flat.push(here.type === "number" ? here.value : gist(wire, lookup, 60));
  };
  walk(value.numbers, 0);
  return { length: Math.min(flat.length, Math.max(size, 0)), at: (place) => flat[place] ?? "" };
}

interface Extent {
  least: number;
  most: number;
  mean: number;
}

function extent(numbers: Numbers): Extent | null {
  let least = Infinity;
  let most = -Infinity;
  let sum = 0;
  let count = 0;
  for (let place = 0; place < Math.min(numbers.length, COUNTED); place++) {
    const one = numbers.at(place);
    if (typeof one !== "number" || !Number.isFinite(one)) continue;
    least = Math.min(least, one);
    most = Math.max(most, one);
    sum += one;
    count++;
  }
  return count ? { least, most, mean: sum / count } : null;
}

/** The last two dimensions as a table; the ones before are chosen. */
function Slices({ numbers, shape, facts }: { numbers: Numbers; shape: readonly number[]; facts: Extent | null }) {
  const [chosen, setChosen] = useState<number[]>([]);
  if (numbers.length === 0) return <span class="il-d-note">empty</span>;
  const isFlat = shape.length < 2;
  const columns = isFlat ? Math.min(IN_A_LINE, numbers.length) : shape.at(-1)!;
  const rows = isFlat ? Math.ceil(numbers.length / IN_A_LINE) : shape.at(-2)!;
  const outer = isFlat ? [] : shape.slice(0, -2);
  const offset = outer.reduce((place, size, axis) => place * size + Math.min(chosen[axis] ?? 0, size - 1), 0) * rows * columns;
  const spread = facts && facts.most > facts.least ? facts.most - facts.least : 0;
  return (
    <>
      {outer.length > 0 && (
        <div class="il-d-axes">
          {outer.map((size, axis) => (
            <label>
              axis {axis}{" "}
              <input
                type="number"
                min={0}
                max={size - 1}
                value={chosen[axis] ?? 0}
                onInput={(event) => {
                  const next = [...chosen];
                  next[axis] = Math.min(size - 1, Math.max(0, Math.floor(Number(event.currentTarget.value)) || 0));
                  setChosen(Array.from({ length: outer.length }, (_, at) => next[at] ?? 0));
                }}
              />
              <span class="il-d-note"> of {longCount(size)}</span>
            </label>
          ))}
        </div>
      )}
      <Grid
        label="Array"
        columns={Array.from({ length: Math.min(columns, 10_000) }, (_, column) => (isFlat ? `+${column}` : String(column)))}
        rows={rows}
        head={(row) => String(isFlat ? row * IN_A_LINE : row)}
        cell={(row, column) => {
          const place = offset + row * columns + column;
          const one = place < numbers.length ? numbers.at(place) : "";
          if (typeof one !== "number") return { text: one, isNumber: true };
          return { text: inDigits(one), isNumber: true, heat: spread && facts ? (one - facts.least) / spread : undefined };
        }}
      />
    </>
  );
}

