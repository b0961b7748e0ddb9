// Answers for the tests of this folder.
import { ApiError } from '@/api/problem'
import type { Model } from './screen'
import type { Invite, Redemption } from './types'

export const invite: Invite = {
  status: 'active',
  app_name: 'PUM',
  server_name: 'Aurora',
  libraries: [{ title: 'Films', kind: 'movie' }],
  all_libraries: false,
  expires_at: null,
  membership_days: null,
  allow_downloads: false,
  discord: { login: false, guild: false },
  invite_version: 1,
  language: 'en',
  time_zone: 'UTC',
}

export const redemption = (change: Partial<Redemption> = {}): Redemption => ({
  id: 'r1',
  invite_version: 1,
  state: 'open',
  steps: [],
  reason: null,
  may_retry: false,
  plex_sign_in: 'none',
  plex: null,
  time_zone: 'UTC',
  ...change,
})

export const failure = (status: number, code: string, retryAfter: number | null = null) =>
  new ApiError({ title: code, status, code, request_id: 'req-1' }, retryAfter)

export const model = (change: Partial<Model> = {}): Model => ({
  loaded: true,
  invite,
  inviteFailure: null,
  redemption: null,
  redemptionFailure: null,
  busy: null,
  problem: null,
  refused: null,
  changed: false,
  signIn: 'unasked',
  signInUrl: null,
  stale: false,
  ...change,
})
