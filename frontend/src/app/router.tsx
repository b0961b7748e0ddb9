// Every address of the admin's app, in one place: path, guard, page, permission.
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { Permission } from '@/api/session'
import { AccountPage } from '@/features/account/routes'
import { DashboardPage, dashboardSearch } from '@/features/dashboard/routes'
import { HistoryPage, historySearch } from '@/features/history/routes'
import {
  EditInvitePage,
  InvitePage,
  InvitesPage,
  invitesSearch,
  NewInvitePage,
} from '@/features/invites/routes'
import { JobsPage, jobsSearch } from '@/features/jobs/routes'
import { LibrariesPage } from '@/features/libraries/routes'
import { PurgePage, purgeSearch } from '@/features/purge/routes'
import {
  AccessSettingsPage,
  AdvancedSettingsPage,
  GeneralSettingsPage,
  PlexSettingsPage,
} from '@/features/settings/routes'
import { SetupPage } from '@/features/setup/routes'
import { SignInPage, signInSearch } from '@/features/sign-in/routes'
import {
  StreamHistoryPage,
  streamHistorySearch,
  UserStreams,
  userStreamsSearch,
} from '@/features/stream-history/routes'
import { StreamsPage } from '@/features/streams/routes'
import { SyncPage, SyncsPage, syncSearch } from '@/features/syncs/routes'
import {
  UserEdit,
  UserHistory,
  UserOverview,
  UserPage,
  UsersPage,
  usersSearch,
} from '@/features/users/routes'
import { basePath } from '@/lib/base'
import {
  firstSection,
  requireAdmin,
  requireOwnPassword,
  requireSession,
  requireSetup,
  requireWizard,
} from './guards'
import { ErrorPage } from './pages/ErrorPage'
import { NotFoundPage } from './pages/NotFoundPage'
import { PendingPage } from './pages/PendingPage'
import { SettingsLayout } from './SettingsLayout'
import { Shell } from './shell/Shell'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: ({ context, location }) => requireWizard(context.queryClient, location),
  component: SetupPage,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  beforeLoad: ({ context }) => requireAdmin(context.queryClient),
  component: SignInPage,
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    await requireSetup(context.queryClient)
    await requireSession(context.queryClient, location)
    requireOwnPassword(context.queryClient, location)
  },
  component: Shell,
})

const needs = (permission: Permission) => ({ permission })

const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: dashboardSearch,
  component: DashboardPage,
})

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: usersSearch,
  staticData: needs('users.view'),
  component: UsersPage,
})

const user = createRoute({
  getParentRoute: () => shell,
  path: '/users/$userId',
  staticData: needs('users.view'),
  component: UserPage,
})

const userOverview = createRoute({
  getParentRoute: () => user,
  path: '/',
  component: UserOverview,
})

const userHistory = createRoute({
  getParentRoute: () => user,
  path: '/history',
  staticData: needs('history.view'),
  component: UserHistory,
})

const userStreams = createRoute({
  getParentRoute: () => user,
  path: '/streams',
  validateSearch: userStreamsSearch,
  staticData: needs('stream_history.view'),
  component: UserStreams,
})

const userEdit = createRoute({
  getParentRoute: () => user,
  path: '/edit',
  staticData: needs('users.edit'),
  component: UserEdit,
})

const syncs = createRoute({
  getParentRoute: () => shell,
  path: '/users/syncs',
  staticData: needs('users.view'),
  component: SyncsPage,
})

const sync = createRoute({
  getParentRoute: () => shell,
  path: '/users/syncs/$syncId',
  validateSearch: syncSearch,
  staticData: needs('users.view'),
  component: SyncPage,
})

const purge = createRoute({
  getParentRoute: () => shell,
  path: '/users/purge',
  validateSearch: purgeSearch,
  staticData: needs('users.purge'),
  component: PurgePage,
})

const streams = createRoute({
  getParentRoute: () => shell,
  path: '/streams',
  staticData: needs('streams.view'),
  component: StreamsPage,
})

const streamHistory = createRoute({
  getParentRoute: () => shell,
  path: '/streams/history',
  validateSearch: streamHistorySearch,
  staticData: needs('stream_history.view'),
  component: StreamHistoryPage,
})

const invites = createRoute({
  getParentRoute: () => shell,
  path: '/invites',
  validateSearch: invitesSearch,
  staticData: needs('invites.view'),
  component: InvitesPage,
})

const newInvite = createRoute({
  getParentRoute: () => shell,
  path: '/invites/new',
  staticData: needs('invites.create'),
  component: NewInvitePage,
})

const invite = createRoute({
  getParentRoute: () => shell,
  path: '/invites/$inviteId',
  staticData: needs('invites.view'),
  component: InvitePage,
})

const editInvite = createRoute({
  getParentRoute: () => shell,
  path: '/invites/$inviteId/edit',
  staticData: needs('invites.edit'),
  component: EditInvitePage,
})

const libraries = createRoute({
  getParentRoute: () => shell,
  path: '/libraries',
  staticData: needs('libraries.view'),
  component: LibrariesPage,
})

const history = createRoute({
  getParentRoute: () => shell,
  path: '/history',
  validateSearch: historySearch,
  staticData: needs('history.view'),
  component: HistoryPage,
})

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: jobsSearch,
  staticData: needs('jobs.view'),
  component: JobsPage,
})

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: AccountPage,
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: SettingsLayout,
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: firstSection(context.queryClient), replace: true })
  },
})

const generalSettings = createRoute({
  getParentRoute: () => settings,
  path: '/general',
  staticData: needs('settings.general'),
  component: GeneralSettingsPage,
})

const plexSettings = createRoute({
  getParentRoute: () => settings,
  path: '/plex',
  staticData: needs('settings.plex'),
  component: PlexSettingsPage,
})

const accessSettings = createRoute({
  getParentRoute: () => settings,
  path: '/access',
  staticData: needs('settings.access'),
  component: AccessSettingsPage,
})

const advancedSettings = createRoute({
  getParentRoute: () => settings,
  path: '/advanced',
  staticData: needs('settings.advanced'),
  component: AdvancedSettingsPage,
})

const tree = root.addChildren([
  setup,
  signIn,
  shell.addChildren([
    dashboard,
    users,
    user.addChildren([userOverview, userStreams, userHistory, userEdit]),
    syncs,
    sync,
    purge,
    streams,
    streamHistory,
    invites,
    newInvite,
    invite,
    editInvite,
    libraries,
    history,
    jobs,
    account,
    settings.addChildren([
      settingsHome,
      generalSettings,
      plexSettings,
      accessSettings,
      advancedSettings,
    ]),
  ]),
])

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: basePath() || '/',
    context: { queryClient },
    defaultPreload: 'intent',
    // The query cache decides what is fresh.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
  interface StaticDataRouteOption {
    /** Without it the page is not shown, and says which one is missing. */
    permission?: Permission
  }
}
