// A browser's self-description in two words, as well as it can be told.

const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

const find = (from: [RegExp, string][], agent: string) =>
  from.find(([pattern]) => pattern.test(agent))?.[1]

/** The browser and the system, where they can be told. */
export function describeAgent(agent: string): { browser?: string; system?: string } {
  return { browser: find(BROWSERS, agent), system: find(SYSTEMS, agent) }
}
