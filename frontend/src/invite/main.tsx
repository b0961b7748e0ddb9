/** @jsxImportSource preact */
// The public invite page: an entry of its own, small enough for a phone on a bad line.
import { render } from 'preact'
import { getLocale, suggestLocale } from '@/lib/locale'
import { watchTheme } from '@/lib/theme'
import { adoptZone } from '@/lib/zone'
import { m } from '@/paraglide/messages.js'
import { createApi } from './api'
import { inviteCode } from './code'
import './invite.css'
import { Page, screenKey } from './page'
import { screenOf, termsOf } from './screen'
import { createVisit } from './visit'
import { isolated } from './words'

const code = inviteCode(location.pathname, new URL(document.baseURI).pathname)
const visit = createVisit(createApi(code))
const root = document.getElementById('root') ?? document.body
let shown = 'loading'

function draw() {
  const server = termsOf(visit.model())?.server_name
  const { invite, redemption } = visit.model()
  suggestLocale(invite?.language)
  adoptZone((redemption ?? invite)?.time_zone)
  render(<Page visit={visit} code={code} redraw={draw} />, root)

  const heading = root.querySelector('h1')
  document.documentElement.lang = getLocale()
  document.title = heading
    ? server
      ? m.guest_title({ heading: heading.textContent, server: isolated(server) })
      : heading.textContent
    : m.guest_title_loading()
  // The first screen leaves the focus alone; every later one tells that it came.
  const now = screenKey(screenOf(visit.model()))
  if (now !== shown && shown !== 'loading') heading?.focus()
  shown = now
}

watchTheme()
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') visit.cameBack()
})
addEventListener('pageshow', (event) => {
  if (event.persisted) visit.cameBack()
})
addEventListener('online', () => {
  const screen = screenOf(visit.model())
  if (screen.name === 'dead_end' && ['offline', 'unreachable'].includes(screen.why))
    void visit.load()
})

visit.subscribe(draw)
draw()
void visit.load()
