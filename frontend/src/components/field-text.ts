// What is wrong with a field, in words. Most codes mean the same everywhere; some need their field to
// say what to do. What has no text of ours keeps the server's own words.
import type { FieldProblem } from '@/api/problem'
import { m } from '@/paraglide/messages.js'
import { PROBLEMS } from './problem-text'

const BY_CODE: Record<string, () => string> = {
  required: m.field_required,
  too_long: m.field_too_long,
  out_of_range: m.field_out_of_range,
  in_the_past: m.field_in_the_past,
  too_short: m.field_password_short,
  discord_not_configured: m.field_discord_missing,
  common: m.field_password_common,
  like_username: m.field_password_like_name,
}

// By the field's name and the code.
const BY_FIELD: Record<string, () => string> = {
  'current_password wrong': m.field_password_wrong,
  'new_password unchanged': m.field_password_unchanged,
  'new_password too_long': m.field_password_long,
  'password too_long': m.field_password_long,
  'username invalid': m.field_name_invalid,
  'app_name invalid': m.field_name_invalid,
  'url invalid': m.field_url_invalid,
  'url refused': m.plex_finding_address_refused,
  'base_url invalid': m.field_url_invalid,
  'app_base_url invalid': m.field_url_invalid,
  'token invalid': m.field_token_invalid,
  'time_zone invalid': m.field_time_zone_invalid,
  'path invalid': m.field_path_invalid,
  'expires_on invalid': m.field_day_invalid,
  'expires_on out_of_range': m.field_day_invalid,
  'bound_email invalid': m.invite_bound_email_invalid,
  'libraries required': m.invite_libraries_missing,
}

/** The first part of a field's pointer: "max_uses" in "/max_uses". */
export const fieldName = ({ pointer }: FieldProblem): string => pointer.split('/')[1] ?? ''

/** One sentence: what is wrong with the field, or what to do about it. */
export function fieldText(problem: FieldProblem): string {
  const { code, detail } = problem
  const say = BY_FIELD[`${fieldName(problem)} ${code}`] ?? BY_CODE[code] ?? PROBLEMS[code]
  return say?.() ?? detail
}
