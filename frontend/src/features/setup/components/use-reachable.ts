import { useEffect, useState } from 'react'
import { baseUrl } from '@/lib/base'

const TYPING_PAUSE_MS = 500
const TIMEOUT_MS = 5000

type Reachable = 'unknown' | 'foreign' | 'checking' | 'yes' | 'no'

/**
 * Whether this browser reaches PUM at an address. Only our own origin may be asked (the page's policy
 * forbids others), so another address can't be judged.
 */
export function useReachable(url: string): Reachable {
  const [result, setResult] = useState<Reachable>('unknown')
  useEffect(() => {
    const address = URL.parse(url.trim())
    const web = address?.protocol === 'https:' || address?.protocol === 'http:'
    if (!address || !web || address.origin !== location.origin) {
      setResult(web ? 'foreign' : 'unknown')
      return
    }
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      setResult('checking')
      const path = address.pathname.replace(/\/+$/, '')
      const same = address.origin + path === baseUrl()
      try {
        const response = await fetch(`${address.origin}${path}/healthz`, {
          signal: AbortSignal.any([stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
        })
        setResult(response.ok && same ? 'yes' : 'no')
      } catch {
        if (!stop.signal.aborted) setResult('no')
      }
    }, TYPING_PAUSE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [url])
  return result
}
