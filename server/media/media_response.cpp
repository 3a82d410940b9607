#include "server/media/media_response.h"

#include "server/http/url.h"
#include "server/media/media_type.h"

#include <utility>

namespace tsunagi::media {

http::Response media_response(store::MediaBlob blob)
{
    const char* disposition = may_show_inline(blob.mime) ? "inline" : "attachment";
    http::Response response;
    response.fields = {{"Content-Type", may_keep(blob.mime) ? blob.mime : "application/octet-stream"},
                       {"Content-Disposition", std::string(disposition) + "; filename*=UTF-8''" + http::percent_encode(blob.file_name)},
                       {"X-Content-Type-Options", "nosniff"},
                       {"Content-Security-Policy", "default-src 'none'; sandbox"},
                       {"Cross-Origin-Resource-Policy", "same-origin"},
                       {"Referrer-Policy", "no-referrer"},
                       {"Cache-Control", "no-store"}};
    response.body = std::move(blob.bytes);
    return response;
}

}  // namespace tsunagi::media
