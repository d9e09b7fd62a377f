/** What every renderer of a node's values stands on: the node's data, and what was asked for beyond it. */
import { createContext, type ComponentType } from "preact";
import { useContext } from "preact/hooks";
import type { Api, NodeDetail, Wire } from "../app/model";
import type { Lookup } from "./stored";
import type { Path } from "./paths";

/** A node's values, to which those are added that were too large to come with it. */
export class Ground {
  readonly lookup: Required<Lookup>;
  /** Why a value could not be had, by hash. */
  readonly failed = new Map<string, string>();
  /** Rises when a value has arrived or failed to. */
  version = 0;
  readonly #loading = new Map<string, Promise<void>>();

  constructor(
    readonly api: Api,
    readonly row: number,
    readonly detail: NodeDetail,
    private readonly changed: () => void,
  ) {
    // Without a prototype: a hash named "constructor" finds nothing.
    this.lookup = {
      values: Object.assign(Object.create(null), detail.values) as Record<string, Wire>,
      heads: Object.assign(Object.create(null), detail.heads) as Required<Lookup>["heads"],
    };
  }

  /** Take over what an earlier reading of the same node has fetched. */
  keep(before: Ground): void {
    for (const [hash, wire] of Object.entries(before.lookup.values)) this.lookup.values[hash] ??= wire;
  }

  isLoading(hash: string): boolean {
    return this.#loading.has(hash);
  }

  /** Ask for a value that did not come with the node. */
  load(hash: string): Promise<void> {
    if (hash in this.lookup.values) return Promise.resolve();
    const known = this.#loading.get(hash);
    if (known) return known;
    this.failed.delete(hash);
    const asked = this.api
      .value(hash)
      .then((wire) => void (this.lookup.values[hash] = wire))
      .catch((error: unknown) => void this.failed.set(hash, error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#loading.delete(hash);
        this.version++;
        this.changed();
      });
    this.#loading.set(hash, asked);
    this.changed();
    return asked;
  }
}

/** What is looked for inside the values, and the place that was found last. */
export interface Find {
  needle: string;
  current: Path | null;
}

export const NOT_LOOKING: Find = { needle: "", current: null };
export const GroundContext = createContext<Ground | null>(null);
export const FindContext = createContext<Find>(NOT_LOOKING);

export function useGround(): Ground {
  return useContext(GroundContext)!;
}

export function useFind(): Find {
  return useContext(FindContext);
}

/** How a value inside another is shown: the renderers of values need one another, and find one another here. */
export interface ShowProps {
  wire: Wire | undefined;
  path: Path;
  /** Values around it; those deep inside are closed at first. */
  depth: number;
}

export const ShowContext = createContext<ComponentType<ShowProps>>(() => null);

export function useShow(): ComponentType<ShowProps> {
  return useContext(ShowContext);
}
