#include "server/api/media.h"

#include "bot/base/number.h"
#include "bot/base/text.h"
#include "bot/flow/decide.h"
#include "server/media/media_response.h"
#include "server/media/media_type.h"
#include "server/ops/booklet.h"
#include "server/store/keys.h"

namespace tsunagi::api {

std::string media_path(const ConversationId& conversation, std::uint64_t seq)
{
    return "/api/v1/media/" + conversation.text + "/" + std::to_string(seq);
}

Result<desk::SendMedia, std::string> Media::sendable(const Call& call) const
{
    const auto& bytes = call.request.body;
    const std::string mime(media::type_of(bytes));
    const bool is_picture = mime == "image/jpeg" || mime == "image/png";
    if (!is_picture && mime != "application/pdf") return std::string("media_type");
    if (bytes.size() > (is_picture ? sent_picture_bytes_max : sent_file_bytes_max)) return std::string("media_too_large");
    const auto name = call.request.query.find("name");
    const std::string given = name == call.request.query.end() ? std::string() : to_valid_utf8(name->second);
    const auto seen = call.request.query.find("seen_seq");
    const auto seen_seq = seen == call.request.query.end() ? std::nullopt : number_of<std::uint64_t>(seen->second);
    if (seen != call.request.query.end() && !seen_seq) return std::string("invalid_request");
    return desk::SendMedia{mime, media::safe_file_name(given, mime), std::make_shared<const std::string>(bytes), seen_seq};
}

namespace {

/// For the phone of who taps an old link: kind, neutral, in every language of the desk that the link names. Whether there was
/// ever anything is not told.
http::Response nothing_here(const desk::DeskService& desks, const std::string& link)
{
    const DeskId named{link.substr(0, link.find('.'))};
    const auto& desk = desks.desk(named) != nullptr ? named : desks.desks().front().id;
    const auto playbook = desks.playbooks().current(desk);
    http::Response response{.status = 404, .fields = {}, .body = {}};
    response.body = "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>" +
                    ops::html_text(bot::message_text(*playbook, "ja", "web.title"), false) + "</title><body>";
    for (const auto& language : playbook->languages)
        response.body += "<p lang=\"" + ops::html_text(language == "ja-easy" ? "ja" : language, false) + "\">" +
                         ops::html_text(bot::message_text(*playbook, language, "media.gone"), language == "ja-easy") + "</p>";
    response.body += "</body></html>\n";
    response.fields = {{"Content-Type", "text/html; charset=utf-8"},
                       {"Content-Security-Policy", "default-src 'none'"},
                       {"X-Content-Type-Options", "nosniff"},
                       {"Referrer-Policy", "no-referrer"},
                       {"X-Robots-Tag", "noindex, nofollow"},
                       {"Cache-Control", "private, no-store"}};
    return response;
}

net::awaitable<http::Response> show_behind_link(desk::DeskService& desks, http::Request request)
{
    std::string link = request.captures["link"];
    auto blob = co_await desks.media_behind(std::move(link));
    if (!blob) co_return nothing_here(desks, request.captures["link"]);
    auto response = media::media_response(std::move(*blob));
    for (auto& [name, value] : response.fields) {
        if (name == "Cross-Origin-Resource-Policy") value = "cross-origin";  // LINE's own page may show it
        if (name == "Cache-Control") value = "private, no-store";
    }
    response.fields.emplace_back("X-Robots-Tag", "noindex, nofollow");
    co_return response;
}

}  // namespace

http::Route media_link_route(desk::DeskService& desks)
{
    auto handler = [&desks](http::Request request) { return show_behind_link(desks, std::move(request)); };
    return {.method = http::Method::get, .pattern = "/media/{link}", .handler = std::move(handler)};
}

net::awaitable<http::Response> Media::show(Call call)
{
    const auto seen = co_await conversations_.visible(call);
    const auto seq = number_of<std::uint64_t>(call.capture("seq"));
    if (!seen || !seq) co_return refuse(call.words, 404, "not_found");
    std::string key = store::media_key(seen->desk, seen->id, *seq);
    const auto stored = co_await desks_.store().get(store::Space::media, std::move(key));
    if (!stored) co_return refuse(call.words, 404, "not_found");
    auto blob = store::decode<store::MediaBlob>(stored->bytes);
    if (!blob.ok()) co_return refuse(call.words, 404, "not_found");
    co_return media::media_response(std::move(blob).value());
}

}  // namespace tsunagi::api
