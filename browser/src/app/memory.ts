// Choices of a person that outlive a visit, where the browser allows that.

const PREFIX = "interlab-";

export function remembered(name: string, otherwise: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A page without storage forgets.
  }
}
