import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useMatches } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { listen } from '@/api/events'
import { useCan } from '@/api/session'
import { statsQuery } from '@/api/stats'
import { ActProvider } from '@/features/users/components/act'
import { m } from '@/paraglide/messages.js'
import { NoPermissionPage } from '../pages/NoPermissionPage'
import { BottomNav } from './BottomNav'
import { OfflineBanner } from './OfflineBanner'
import { Sidebar } from './Sidebar'
import { TopBar } from './TopBar'

const ClockBanner = lazy(() => import('./ClockBanner'))
const Palette = lazy(() => import('./Palette'))

/** What surrounds every page of a signed-in admin. */
export function Shell() {
  const client = useQueryClient()
  const [paletteOpen, setPaletteOpen] = useState(false)

  useEffect(() => listen(client), [client])

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setPaletteOpen((open) => !open)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="beam min-h-dvh">
      <SkipLink />
      <Sidebar />
      <div className="flex min-h-dvh flex-col lg:ps-60">
        <TopBar onSearch={() => setPaletteOpen(true)} />
        <OfflineBanner />
        <DoubtedClock />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-340 flex-1 px-4 pt-5 pb-[calc(6.5rem+env(safe-area-inset-bottom))] outline-none sm:px-8 sm:pt-7 lg:pb-10"
        >
          <ActProvider>
            <Allowed />
          </ActProvider>
        </main>
      </div>
      <BottomNav />
      {paletteOpen && (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}

/** Rarely there: the banner comes when the clock cannot be trusted. */
function DoubtedClock() {
  const doubt = useQuery(statsQuery).data?.attention.find(({ kind }) => kind === 'clock_doubted')
  return (
    doubt && (
      <Suspense>
        <ClockBanner reason={doubt.reason} />
      </Suspense>
    )
  )
}

/** The page, if this admin may see it. */
function Allowed() {
  const can = useCan()
  const needed = useMatches({
    select: (matches) => matches.map(({ staticData }) => staticData.permission),
  })
  const missing = needed.find((permission) => permission && !can(permission))
  return missing ? <NoPermissionPage permission={missing} /> : <Outlet />
}

/** The first stop of the keyboard. A plain "#main" would be resolved against <base>. */
function SkipLink() {
  return (
    <button
      type="button"
      onClick={() => document.getElementById('main')?.focus()}
      className="fixed inset-s-4 top-2 z-60 -translate-y-20 rounded-control bg-brand px-4 py-2 text-sm font-medium text-brand-fg focus:translate-y-0"
    >
      {m.nav_skip()}
    </button>
  )
}
