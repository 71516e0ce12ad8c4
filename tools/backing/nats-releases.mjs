export const natsReleases = {};
