// The server's state in words.
import type { Schema } from '@/api/client'
import { m } from '@/paraglide/messages.js'

const STATES: Record<Schema<'ServerStatus'>['state'], () => string> = {
  online: m.dashboard_server_online,
  unreachable: m.dashboard_server_unreachable,
  auth_lost: m.dashboard_server_auth_lost,
  identity_changed: m.dashboard_server_identity_changed,
  not_connected: m.dashboard_server_not_connected,
}

export function serverState(state: Schema<'ServerStatus'>['state']): string {
  return STATES[state]()
}
