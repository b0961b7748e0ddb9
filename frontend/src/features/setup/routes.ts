import { lazyRouteComponent } from '@tanstack/react-router'

export const SetupPage = lazyRouteComponent(() => import('./pages/SetupPage'))
