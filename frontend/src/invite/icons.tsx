/** @jsxImportSource preact */
// The few icons of this page, drawn here so that no icon package comes along.

const PATHS = {
  alert:
    'M12 8v5m0 3.5v.01M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z',
  calendar:
    'M8 3v4m8-4v4M4 10h16M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'm7 7 10 10M17 7 7 17',
  device: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm3 15h2',
  download: 'M12 4v11m-5-5 5 5 5-5M5 20h14',
  film: 'M4 4h16v16H4ZM8 4v16m8-16v16M4 8h4m-4 4h16M4 16h4m8-8h4m-4 8h4',
  folder: 'M4 6a1 1 0 0 1 1-1h4l2 3h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1Z',
  image: 'M4 5h16v14H4Zm0 11 4.5-4.5L14 17m-2-2 3-3 5 5M15.5 9v.01',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z',
  mail: 'M3 6h18v12H3Zm0 1 9 6 9-6',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  music:
    'M9 18V6l11-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Zm11-2a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z',
  play: 'M7 4.5v15l12-7.5Z',
  retry: 'M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4.5 8.7M4.5 4v4.7h4.7',
  tv: 'M4 8h16v11H4Zm4-5 4 5 4-5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, class: className = 'size-5' }: { name: IconName; class?: string }) {
  return (
    <svg
      class={`shrink-0 ${className}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

export function libraryIcon(kind: string): IconName {
  switch (kind) {
    case 'movie':
      return 'film'
    case 'show':
      return 'tv'
    case 'artist':
      return 'music'
    case 'photo':
      return 'image'
    default:
      return 'folder'
  }
}
