"""Who hears whom when everybody is in one meeting, and whose fault is it when not?

How a trial uses it (every time is `time.monotonic()`, the same in every process):

    from rehearsal.net.rollcall.assembly import gathered
    from rehearsal.net.rollcall.recipe import recipe_of

    recipe = recipe_of(targets, inventory.network, door, roles=roles,
                       hold_s=order.hold_s, joins_per_s=JOINS_PER_S)
    async with gathered(recipe, order.hold_s, BARRIER_S) as meeting:
        ... measure(check, target, replace(door, meeting=meeting), ...)

`targets` are the bridges to call, `roles` says `central` or `main` of a hub's slug.
The probe of `bridge.roll_call` asks `await meeting.assembly.attend(target)`, which gives
`Attended`, or raises `Stopped` with what the participant met. A target that is not of the
assembly goes the way without sound; so do all when `recipe_of` gives None: there is no
Janus bridge, or there are more than SOUND_MAX of them.

The centre's ears and mouth are one process, units share processes of at most CROWD_MAX.
They talk to the trial in lines of JSON, end with it, and are ended when they are late.
"""
