import { accountRegister } from './account-register.ts';
import { addressMutations } from './address-mutations.ts';
import { profileUpdate } from './profile-update.ts';
import { administrationMutations } from './administration-mutations.ts';
import { emailMutations } from './email-mutations.ts';
import { dataExportRequest } from './data-export.ts';
import { erasureMutations } from './erasure-mutations.ts';
import { mfaVerify } from './mfa-verify.ts';
import { eventRetry } from './event-retry.ts';
import { passwordMutations } from './password-mutations.ts';
import { passkeyMutations } from './passkey-mutations.ts';
import { passkeySignIn } from './passkey-sign-in.ts';
import type { MutationResolver } from './mutation-resolver.ts';
import { oncePerOperation } from './once-per-operation.ts';
import { reauthenticate } from './reauthenticate.ts';
import type { Services } from './services.ts';
import { sessionMutations } from './session-mutations.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { totpMutations } from './totp-mutations.ts';
import { tokenRefresh } from './token-refresh.ts';

export function mutationResolvers(services: Services) {
  const { addressCreate, addressUpdate, addressDelete, addressSetDefault } = addressMutations(services);
  const { emailVerificationRequest, emailVerify, emailChangeRequest, emailChangeConfirm } =
    emailMutations(services);
  const { passwordResetRequest, passwordReset, passwordChange } = passwordMutations(services);
  const { accountErasureRequest, accountErasureCancel } = erasureMutations(services);
  const { sessionRevoke, sessionRevokeAll } = sessionMutations(services);
  const { totpEnrollmentBegin, totpEnrollmentConfirm, totpDisable, recoveryCodesRegenerate } =
    totpMutations(services);
  const { passkeyRegistrationBegin, passkeyRegistrationComplete, passkeyRename, passkeyDelete } =
    passkeyMutations(services);
  const { passkeySignInBegin, passkeySignInComplete, passkeyReauthenticate } = passkeySignIn(services);
  const { userSuspend, userReinstate, userUnlock, userSessionsRevoke, userRolesSet } =
    administrationMutations(services);
  return {
    accountRegister: afresh(oncePerOperation('accountRegister', accountRegister(services))),
    signIn: afresh(oncePerOperation('signIn', signIn(services))),
    emailVerificationRequest: afresh(oncePerOperation('emailVerificationRequest', emailVerificationRequest)),
    emailVerify: afresh(emailVerify),
    emailChangeRequest: afresh(oncePerOperation('emailChangeRequest', emailChangeRequest)),
    emailChangeConfirm: afresh(emailChangeConfirm),
    passwordResetRequest: afresh(oncePerOperation('passwordResetRequest', passwordResetRequest)),
    passwordReset: afresh(oncePerOperation('passwordReset', passwordReset)),
    passwordChange: afresh(oncePerOperation('passwordChange', passwordChange)),
    tokenRefresh: afresh(tokenRefresh(services)),
    signOut: afresh(signOut(services)),
    sessionRevoke: afresh(sessionRevoke),
    sessionRevokeAll: afresh(sessionRevokeAll),
    mfaVerify: afresh(oncePerOperation('mfaVerify', mfaVerify(services))),
    reauthenticate: afresh(oncePerOperation('reauthenticate', reauthenticate(services))),
    totpEnrollmentBegin: afresh(totpEnrollmentBegin),
    totpEnrollmentConfirm: afresh(oncePerOperation('totpEnrollmentConfirm', totpEnrollmentConfirm)),
    totpDisable: afresh(totpDisable),
    recoveryCodesRegenerate: afresh(recoveryCodesRegenerate),
    passkeyRegistrationBegin: afresh(passkeyRegistrationBegin),
    passkeyRegistrationComplete: afresh(
      oncePerOperation('passkeyRegistrationComplete', passkeyRegistrationComplete),
    ),
    passkeyRename: afresh(passkeyRename),
    passkeyDelete: afresh(passkeyDelete),
    passkeySignInBegin: afresh(oncePerOperation('passkeySignInBegin', passkeySignInBegin)),
    passkeySignInComplete: afresh(oncePerOperation('passkeySignInComplete', passkeySignInComplete)),
    passkeyReauthenticate: afresh(oncePerOperation('passkeyReauthenticate', passkeyReauthenticate)),
    dataExportRequest: afresh(dataExportRequest(services)),
    accountErasureRequest: afresh(accountErasureRequest),
    accountErasureCancel: afresh(accountErasureCancel),
    eventRetry: afresh(eventRetry(services)),
    userSuspend: afresh(userSuspend),
    userReinstate: afresh(userReinstate),
    userUnlock: afresh(userUnlock),
    userSessionsRevoke: afresh(userSessionsRevoke),
    userRolesSet: afresh(userRolesSet),
    profileUpdate: afresh(profileUpdate(services)),
    addressCreate: afresh(addressCreate),
    addressUpdate: afresh(addressUpdate),
    addressDelete: afresh(addressDelete),
    addressSetDefault: afresh(addressSetDefault),
  };
}

/** The fields of a mutation run one after the other; none may answer with what an earlier one loaded. */
function afresh<TArgs, TPayload>(
  mutate: MutationResolver<TArgs, TPayload>,
): MutationResolver<TArgs, TPayload> {
  return (parent, args, context) => {
    context.forgetLoaded();
    return mutate(parent, args, context);
  };
}
