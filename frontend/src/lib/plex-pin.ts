// The one call that the browser makes to plex.tv itself: creating the sign-in PIN. Plex then knows
// the device that asked and does not warn of another one.

const TIMEOUT_MS = 15_000

export interface PinRequest {
  method: string
  url: string
  headers: Record<string, string>
}

export interface Pin {
  id: string
  code: string
}

/** Sends the request that PUM prepared. Throws when plex.tv does not give a PIN. */
export async function createPin(request: PinRequest): Promise<Pin> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  })
  if (!response.ok) throw new Error(`plex.tv answered ${response.status}`)
  const pin: unknown = await response.json()
  if (typeof pin !== 'object' || pin === null || !('id' in pin) || !('code' in pin))
    throw new Error('plex.tv answered without a PIN')
  return { id: String(pin.id), code: String(pin.code) }
}
