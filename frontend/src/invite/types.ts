// What the public operations answer, as the page reads it.

export interface Library {
  title: string
  kind: string
}

export interface Invite {
  status: string
  app_name: string
  server_name: string
  libraries: Library[]
  all_libraries: boolean
  expires_at: string | null
  membership_days: number | null
  allow_downloads: boolean
  discord: { login: boolean; guild: boolean }
  invite_version: number
  language: string
}

/** The steps in the order the server draws them. Discord has its place and no picture yet. */
export type StepName =
  | 'plex_sign_in'
  | 'discord'
  | 'accept'
  | 'seat'
  | 'invitation_sent'
  | 'invitation_accepted'
  | 'libraries_visible'

export type StepState = 'pending' | 'current' | 'waiting' | 'done' | 'failed'

export interface Step {
  name: StepName
  state: StepState
  detail: string | null
}

export type RedemptionState =
  | 'open'
  | 'plex_linked'
  | 'ready'
  | 'seat_taken'
  | 'invited'
  | 'done'
  | 'already_member'
  | 'failed'

export interface PlexAccount {
  username: string
  email_masked: string | null
  thumb: string | null
}

export interface Redemption {
  id: string
  invite_version: number
  state: RedemptionState
  steps: Step[]
  reason?: string | null
  may_retry?: boolean
  plex_sign_in: 'none' | 'started' | 'attached'
  plex?: PlexAccount | null
  /** What it is about: the invite itself may admit nobody else by now, and say nothing. */
  invite?: Invite | null
  /** When the access ends, once that is known. */
  access_expires_at?: string | null
}

export interface PinRequest {
  method: string
  url: string
  headers: Record<string, string>
}
