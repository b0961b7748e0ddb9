// What a connection test found, in words; the names are the server's.
import { m } from '@/paraglide/messages.js'

interface Check {
  code: string
  count?: number | null
  /** The server's own words, for a finding that this page does not know yet. */
  detail: string
}

type Say = (values: { account: string; count: number }) => string

const WORDS: Record<string, Say> = {
  server_answers: m.plex_finding_server_answers,
  other_server: m.plex_finding_other_server,
  owner_token: m.plex_finding_owner_token,
  account_token: m.plex_finding_account_token,
  other_account_token: m.plex_finding_other_account_token,
  server_token: m.plex_finding_server_token,
  guest_token: m.plex_finding_guest_token,
  dead_token: m.plex_finding_dead_token,
  token_kind_unknown: m.plex_finding_token_kind_unknown,
  no_account_token: m.plex_finding_no_account_token,
  account_known: m.plex_finding_account_known,
  owns_server: m.plex_finding_owns_server,
  is_guest: m.plex_finding_is_guest,
  has_no_access: m.plex_finding_has_no_access,
  libraries_found: m.plex_finding_libraries_found,
  sections_found: m.plex_finding_sections_found,
  shares_found: m.plex_finding_shares_found,
  invitations_found: m.plex_finding_invitations_found,
  not_tried_server: m.plex_finding_not_tried_server,
  not_tried_account: m.plex_finding_not_tried_account,
  not_tried_owner: m.plex_finding_not_tried_owner,
  token_refused: m.plex_finding_token_refused,
  forbidden: m.plex_finding_forbidden,
  no_such_server: m.plex_finding_no_such_server,
  timeout: m.plex_finding_timeout,
  host_unknown: m.plex_finding_host_unknown,
  port_closed: m.plex_finding_port_closed,
  certificate_invalid: m.plex_finding_certificate_invalid,
  unreachable: m.plex_finding_unreachable,
  connection_failed: m.plex_finding_connection_failed,
  redirected: m.plex_finding_redirected,
  not_plex: m.plex_finding_not_plex,
  slow_down: m.plex_finding_slow_down,
  plex_trouble: m.plex_finding_plex_trouble,
  address_refused: m.plex_finding_address_refused,
  refused: m.plex_finding_refused,
}

/** One check's finding as a sentence about the account whose token was tried. */
export function findingText({ code, count, detail }: Check, account: string): string {
  return WORDS[code]?.({ account, count: count ?? 0 }) ?? detail
}
