#pragma once
#include "server/http/message.h"
#include "server/store/records.h"

namespace tsunagi::media {

/// The answer that hands out `blob` to whoever was found to be allowed to see it. Never cached, never run: a stranger chose the
/// bytes, so a browser shows pictures at most and is told not to guess. A type that is never kept is named as mere bytes.
http::Response media_response(store::MediaBlob blob);

}  // namespace tsunagi::media
