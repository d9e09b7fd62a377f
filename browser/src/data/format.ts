// Numbers as people read them: short, aligned, never wrong by more than their last digit.

export function shortDuration(seconds: number): string {
  if (!(seconds >= 0)) return "";
  if (seconds < 0.0009995) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.00995) return `${round(seconds * 1000, 1)} ms`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d ${pad(Math.floor((whole % 86_400) / 3600))}h`;
}

export function shortCount(count: number): string {
  if (count < 10_000) return String(count);
  if (count < 999_500) return `${round(count / 1000, count < 99_950 ? 1 : 0)}k`;
  return `${round(count / 1e6, count < 99.95e6 ? 1 : 0)}M`;
}

export function longCount(count: number): string {
  // The browser's own way to say it loads its tables of languages first.
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function shortCost(dollars: number): string {
  if (!(dollars >= 0)) return "";
  if (dollars === 0) return "$0";
  if (dollars < 0.0001) return "<$0.0001";
  return `$${dollars.toFixed(dollars < 0.01 ? 4 : dollars < 1 ? 3 : 2)}`;
}

export function shortBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${round(bytes / 1e3, 1)} kB`;
  return bytes < 1e9 ? `${round(bytes / 1e6, 1)} MB` : `${round(bytes / 1e9, 1)} GB`;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
