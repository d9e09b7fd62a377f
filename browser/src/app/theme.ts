// Light or dark: as chosen, else as the notebook has it, else as the system has it.

import { useEffect, useState } from "preact/hooks";
import type { Theme } from "./state";

function surroundings(): "light" | "dark" {
  const { body } = document;
  const notebook = body.dataset.jpThemeLight ?? document.documentElement.dataset.jpThemeLight;
  if (notebook !== undefined) return notebook === "false" ? "dark" : "light";
  if (body.classList.contains("vscode-dark") || body.classList.contains("vscode-high-contrast")) return "dark";
  if (body.classList.contains("vscode-light")) return "light";
  const page = document.documentElement.getAttribute("theme"); // Colab
  if (page === "dark" || page === "light") return page;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function useTheme(choice: Theme): "light" | "dark" {
  const [around, setAround] = useState(surroundings);
  useEffect(() => {
    const look = (): void => setAround(surroundings());
    const media = matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", look);
    const observer = new MutationObserver(look);
    const attributes = { attributes: true, attributeFilter: ["data-jp-theme-light", "class", "theme"] };
    observer.observe(document.body, attributes);
    observer.observe(document.documentElement, attributes);
    return () => {
      media.removeEventListener("change", look);
      observer.disconnect();
    };
  }, []);
  return choice === "auto" ? around : choice;
}
