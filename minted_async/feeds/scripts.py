"""What Redis does in one step, in Lua: the lease, its fencing token, and publishing under both.

Three keys: `fence` holds the highest token ever given out, `lease` the name of the holder for as long as the
lease lives, `latest` the newest message. A leader may write if and only if the fence still shows its own
token: whoever was paused while somebody else took over is refused, even if the other one is gone again by
    then.

A token is also at least the time of Redis in milliseconds. So tokens go on rising when Redis has lost its
memory.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ACQUIRE", "LATEST", "PUBLISH", "RELEASE", "RENEW"]

FENCE_LIFE: Final = 24 * 60 * 60 * 1000
"""Milliseconds for which a token is remembered after its last use."""

_STAMP: Final = """
local time = redis.call('TIME')
local stamp = string.format('%010.0f%06.0f', time[1], time[2])
"""

ACQUIRE: Final = f"""
-- KEYS fence, lease; ARGV holder, milliseconds. Returns the token as text, or nothing if somebody has the
-- lease.
if redis.call('EXISTS', KEYS[2]) == 1 then return false end
local time = redis.call('TIME')
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local token = math.max(last + 1, time[1] * 1000 + math.floor(time[2] / 1000))
local text = string.format('%.0f', token)
redis.call('SET', KEYS[1], text, 'PX', {FENCE_LIFE})
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return text
"""

RENEW: Final = f"""
-- KEYS fence, lease; ARGV token, holder, milliseconds. Returns 1 if the token is still the highest.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], {FENCE_LIFE})
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
"""

PUBLISH: Final = f"""
-- KEYS fence, lease, latest; ARGV token, holder, milliseconds, message, milliseconds of latest, channel.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], {FENCE_LIFE})
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
{_STAMP}
local message = stamp .. ARGV[4]
redis.call('SET', KEYS[3], message, 'PX', ARGV[5])
redis.call('PUBLISH', ARGV[6], message)
return 1
"""

RELEASE: Final = """
-- KEYS fence, lease; ARGV token, channel. Frees the lease and tells everybody by an empty message.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], '')
return 1
"""

LATEST: Final = f"""
-- KEYS latest. Returns the time of Redis and the newest message, if there is one.
{_STAMP}
return {{stamp, redis.call('GET', KEYS[1])}}
"""
