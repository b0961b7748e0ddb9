import type { Model } from '../screen'
import type { Visit } from '../visit'

export interface ScreenProps {
  visit: Visit
  model: Model
}
