import { CircleCheck, CircleX } from 'lucide-react'
import { m } from '@/paraglide/messages.js'
import { findingText } from './plex-findings'
import { Alert } from './ui/Alert'

interface PlexTestResultProps {
  ok: boolean
  server: { name: string; version: string } | null | undefined
  /** Whose token it is, once that is known. */
  account?: string | null
  checks: { name: string; ok: boolean; code: string; count?: number | null; detail: string }[]
}

/** What a connection test found, call by call. */
export function PlexTestResult({ ok, server, account, checks }: PlexTestResultProps) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <Alert tone={ok ? 'ok' : 'bad'} live={false}>
        {ok ? m.plex_test_ok({ server: server?.name ?? 'Plex' }) : m.plex_test_failed()}
      </Alert>
      <ul className="flex flex-col divide-y divide-line rounded-tile border border-line">
        {checks.map((check) => {
          const Icon = check.ok ? CircleCheck : CircleX
          return (
            <li key={check.name} className="flex items-start gap-3 px-4 py-2.5 text-sm">
              <Icon
                role="img"
                aria-label={check.ok ? m.plex_check_ok() : m.plex_check_failed()}
                className={
                  check.ok ? 'mt-0.5 size-4 shrink-0 text-ok' : 'mt-0.5 size-4 shrink-0 text-bad'
                }
              />
              <div className="min-w-0">
                <p className="font-medium">{checkName(check.name)}</p>
                <p className="text-fg-3">{findingText(check, account ?? '')}</p>
              </div>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const NAMES: Record<string, () => string> = {
  identity: m.plex_check_identity,
  token_kind: m.plex_check_token_kind,
  account: m.plex_check_account,
  owner: m.plex_check_owner,
  libraries: m.plex_check_libraries,
  section_ids: m.plex_check_section_ids,
  share_list: m.plex_check_shares,
  pending: m.plex_check_pending,
}

/** The words for a check; one that this page does not know yet keeps its own name. */
function checkName(name: string): string {
  return NAMES[name]?.() ?? name
}
