// Dark or light: as the system says until the user says otherwise, for this visit.

import { byId } from "./dom.ts";

export function themeSwitch(): void {
  const button = byId("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const draw = () => {
    const theme = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
    button.textContent = theme === "dark" ? "Light" : "Dark";
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = button.textContent === "Light" ? "light" : "dark";
    draw();
  });
  dark.addEventListener("change", draw);
  draw();
}
