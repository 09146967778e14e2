const PREFIX = 'erased:';

/** Who wrote a review whose author's account is gone: different for each, so that nobody can tell which are of one hand. */
export const erasedAuthorOf = (reviewId: string): string => `${PREFIX}${reviewId}`;

export const isErasedAuthor = (authorId: string): boolean => authorId.startsWith(PREFIX);
