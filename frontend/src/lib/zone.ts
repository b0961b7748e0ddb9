// The zone in which days begin and end: the server's, which this browser need not share.

let told: string | undefined

const known = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

/** Takes the server's zone; without one that this browser knows its own zone counts. */
export function adoptZone(zone: string | null | undefined): void {
  if (zone !== told) told = zone && known(zone) ? zone : undefined
}

let own: string | undefined

/** The zone of this browser. */
export function ownZone(): string {
  own ??= new Intl.DateTimeFormat().resolvedOptions().timeZone
  return own
}

/** The zone in which days begin and end. */
export const zone = (): string => told ?? ownZone()
