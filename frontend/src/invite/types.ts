// What the public operations answer, under the names that this page uses.
import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Invite = Schemas['PublicInvite']
export type Library = Schemas['PublicLibrary']
export type Redemption = Schemas['RedemptionDto']
export type PlexAccount = Schemas['RedemptionPlexDto']
/** What is promised: the part of an invite that is kept once it has been accepted. */
export type Terms = Schemas['RedemptionTermsDto']
export type Step = Schemas['StepDto']
/** Discord has its place among the steps and no picture yet. */
export type StepName = Schemas['RedemptionStep']
export type StepState = Schemas['StepState']
export type PlexStart = Schemas['PlexStart']
export type PlexAttached = Schemas['PlexAttached']
