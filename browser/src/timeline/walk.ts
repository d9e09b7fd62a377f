// Going from bar to bar with the keyboard.

import type { Scene } from "./scene";

export type Way = "before" | "after" | "up" | "down" | "first" | "last";

/** The bar one comes to from another; the other itself where there is none. */
export function walked(scene: Scene, from: number, way: Way): number {
  const total = scene.row.length;
  if (total === 0) return -1;
  if (way === "last") return scene.order[total - 1]!;
  if (way === "first" || from < 0) return scene.order[0]!;
  const { first, order, start } = scene.index;
  const lane = scene.lane[from]!;
  if (way === "before" || way === "after") {
    const at = placeOf(scene, from) + (way === "before" ? -1 : 1);
    return at >= first[lane]! && at < first[lane + 1]! ? order[at]! : from;
  }
  if (way === "up" && scene.above[from]! >= 0) return scene.above[from]!;
  const beside = lane + (way === "up" ? -1 : 1);
  if (beside < 0 || beside >= scene.lanes) return from;
  // Down: the first bar of the next lane that begins in this one or later, else the last before it.
  let [low, high] = [first[beside]!, first[beside + 1]!];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start[middle]! < scene.start[from]!) low = middle + 1;
    else high = middle;
  }
  const at = Math.min(low, first[beside + 1]! - 1);
  return at >= first[beside]! ? order[at]! : from;
}

function placeOf(scene: Scene, bar: number): number {
  const { first, order, start } = scene.index;
  const lane = scene.lane[bar]!;
  let [low, high] = [first[lane]!, first[lane + 1]!];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start[middle]! < scene.start[bar]!) low = middle + 1;
    else high = middle;
  }
  while (order[low] !== bar && low + 1 < first[lane + 1]!) low++;
  return low;
}
