// Rules that several forms share. The server checks them again.
import * as z from 'zod/mini'
import { m } from '@/paraglide/messages.js'

const MIN_PASSWORD = 12
const MAX_PASSWORD = 256

/** A password that somebody chooses now. */
export function newPassword() {
  return z
    .string()
    .check(
      z.minLength(MIN_PASSWORD, m.new_password_short()),
      z.maxLength(MAX_PASSWORD, m.new_password_long()),
    )
}

/** A full http or https address, without spaces around it. */
export function httpUrl() {
  return z.string().check(
    z.trim(),
    z.refine((value) => {
      const url = URL.parse(value)
      return url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
    }, m.plex_url_invalid()),
  )
}
