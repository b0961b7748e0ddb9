// Who may come in: setup first, then sign-in.
import type { QueryClient } from '@tanstack/react-query'
import { type ParsedLocation, redirect } from '@tanstack/react-router'
import { hasStatus } from '@/api/problem'
import { sessionQuery, setupQuery } from '@/api/session'
import { adoptLocale } from '@/lib/locale'
import { adoptZone } from '@/lib/zone'
import { visibleSections } from './settings-sections'

/** Until PUM is set up every page leads to the wizard. */
export async function requireSetup(client: QueryClient) {
  const setup = await client.ensureQueryData(setupQuery)
  if (!setup.complete) throw redirect({ to: '/setup' })
}

/** Without a session the way leads to the sign-in page, and back afterwards. Speaks the admin's language, and counts the server's days. */
export async function requireSession(client: QueryClient, location: ParsedLocation) {
  try {
    const { admin, time_zone } = await client.fetchQuery(sessionQuery)
    adoptLocale(admin.language)
    adoptZone(time_zone)
  } catch (error) {
    if (!hasStatus(error, 401)) throw error
    const next = location.pathname === '/' && !location.searchStr ? undefined : location.href
    throw redirect({ to: '/sign-in', search: next ? { next } : {} })
  }
}

/** Signing in makes sense as soon as there is an admin: a wizard that was opened again wants one. */
export async function requireAdmin(client: QueryClient) {
  const setup = await client.ensureQueryData(setupQuery)
  if (!setup.complete && setup.next_step === 'admin') throw redirect({ to: '/setup' })
}

/** The wizard is closed once it is finished; after its first step it belongs to an admin. */
export async function requireWizard(client: QueryClient, location: ParsedLocation) {
  const setup = await client.ensureQueryData(setupQuery)
  if (setup.complete) throw redirect({ to: '/' })
  if (setup.next_step !== 'admin') await requireSession(client, location)
}

/** After a reset nothing else may be done before a new password is chosen. */
export function requireOwnPassword(client: QueryClient, location: ParsedLocation) {
  const session = client.getQueryData(sessionQuery.queryKey)
  if (session?.admin.must_change_password && location.pathname !== '/account')
    throw redirect({ to: '/account' })
}

/** Where the settings begin for whoever is signed in: not with a section that is not theirs. */
export function firstSection(client: QueryClient) {
  const held = client.getQueryData(sessionQuery.queryKey)?.admin.permissions ?? []
  const [first] = visibleSections((permission) => held.includes(permission))
  return first?.to ?? '/settings/general'
}
