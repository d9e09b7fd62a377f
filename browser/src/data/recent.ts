// What was used last, up to a number.

export class Recent<Key, Value> {
  readonly #kept = new Map<Key, Value>();

  constructor(private readonly capacity: number) {}

  /** What is kept, or what `make` gives; a promise that is rejected is not kept. */
  get(key: Key, make: () => Value): Value {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const value = make();
    this.put(key, value);
    if (value instanceof Promise)
      value.catch(() => {
        if (this.#kept.get(key) === value) this.#kept.delete(key);
      });
    return value;
  }

  peek(key: Key): Value | undefined {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
    }
    return kept;
  }

  put(key: Key, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    if (this.#kept.size > this.capacity) this.#kept.delete(this.#kept.keys().next().value!);
  }

  drop(key: Key): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }
}
