import { lazyRouteComponent } from '@tanstack/react-router'

export const GeneralSettingsPage = lazyRouteComponent(() => import('./pages/GeneralSettingsPage'))
export const AccessSettingsPage = lazyRouteComponent(() => import('./pages/AccessSettingsPage'))
export const AdvancedSettingsPage = lazyRouteComponent(() => import('./pages/AdvancedSettingsPage'))
export const PlexSettingsPage = lazyRouteComponent(() => import('./pages/PlexSettingsPage'))
