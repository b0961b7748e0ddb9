// Who may come in: setup first, then sign-in.
import type { QueryClient } from '@tanstack/react-query'
import { type ParsedLocation, redirect } from '@tanstack/react-router'
import { hasStatus } from '@/api/problem'
import { sessionQuery, setupQuery } from '@/api/session'

/** Until PUM is set up every page leads to the wizard. */
export async function requireSetup(client: QueryClient) {
  const setup = await client.ensureQueryData(setupQuery)
  if (!setup.complete) throw redirect({ to: '/setup' })
}

/** Without a session the way leads to the sign-in page, and back afterwards. */
export async function requireSession(client: QueryClient, location: ParsedLocation) {
  try {
    await client.fetchQuery(sessionQuery)
  } catch (error) {
    if (!hasStatus(error, 401)) throw error
    const next = location.pathname === '/' && !location.searchStr ? undefined : location.href
    throw redirect({ to: '/sign-in', search: next ? { next } : {} })
  }
}

/** The wizard is closed once it is finished. */
export async function requireUnfinished(client: QueryClient) {
  const setup = await client.ensureQueryData(setupQuery)
  if (setup.complete) throw redirect({ to: '/' })
}
