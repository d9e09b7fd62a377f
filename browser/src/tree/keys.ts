// The tree by keyboard.

import type { View } from "../app/view";

/** Do what a key asks for; false when it means nothing to the tree.
 *
 * @param page rows to a page.
 */
export function treeKey(view: View, key: string, page: number): boolean {
  const { visible, selected } = view;
  const at = visible.position(selected);
  const go = (position: number): true => {
    const row = visible.at(Math.max(0, Math.min(position, visible.length - 1)));
    if (row >= 0) view.point(row);
    return true;
  };
  switch (key) {
    case "ArrowDown":
    case "j":
      return go(at + 1);
    case "ArrowUp":
    case "k":
      return go(at < 0 ? 0 : at - 1);
    case "PageDown":
      return go(at + page);
    case "PageUp":
      return go(at - page);
    case "Home":
    case "g":
      return go(0);
    case "End":
    case "G":
      return go(visible.length - 1);
    case "ArrowRight":
    case "l":
      if (selected < 0) return go(0);
      if (visible.hasBelow(selected) && !visible.isOpen(selected)) view.setOpen(selected, true);
      else if (visible.hasBelow(selected)) go(at + 1);
      return true;
    case "ArrowLeft":
    case "h": {
      if (selected < 0) return go(0);
      const above = visible.above(selected);
      if (visible.hasBelow(selected) && visible.isOpen(selected)) view.setOpen(selected, false);
      else if (above >= 0) view.point(above);
      return true;
    }
    case " ":
      if (selected >= 0 && visible.hasBelow(selected)) view.setOpen(selected, !visible.isOpen(selected));
      return true;
    case "*":
    case "+":
      if (selected >= 0) view.setOpenBelow(selected, true);
      return true;
    case "-":
      if (selected >= 0) view.setOpenBelow(selected, false);
      return true;
    case "n":
      view.step(1);
      return true;
    case "N":
      view.step(-1);
      return true;
  }
  return false;
}
