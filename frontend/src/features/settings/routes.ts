import { lazyRouteComponent } from '@tanstack/react-router'

export const GeneralSettingsPage = lazyRouteComponent(() => import('./pages/GeneralSettingsPage'))
export const PlexSettingsPage = lazyRouteComponent(() => import('./pages/PlexSettingsPage'))
