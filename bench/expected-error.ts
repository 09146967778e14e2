/** Something that people can put right: the message tells them, a stack would not. */
export class ExpectedError extends Error {}
