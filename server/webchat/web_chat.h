#pragma once
#include "server/desk/desk_service.h"
#include "server/http/server.h"
#include "server/webchat/doorway.h"
#include "server/webchat/listeners.h"
#include "server/webchat/rate.h"
#include "server/webchat/secrets.h"
#include "server/webchat/visits.h"
#include "server/webchat/writing.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tsunagi::webchat {

constexpr std::size_t chat_body_bytes_max = 32 * 1024;  ///< a text of 5,000 characters with its escapes
constexpr std::size_t chat_text_units_max = 5'000;      ///< as on LINE, so that a desk knows one limit
constexpr std::size_t chat_data_bytes_max = 1'000;      ///< of a tapped button
constexpr std::chrono::seconds chat_beat{15};           ///< silence after which a live page hears that the line is alive
constexpr std::chrono::seconds chat_first_word{10};     ///< for a live page to say whose it is
constexpr std::chrono::seconds chat_poll_longest{20};   ///< below http::Limits::handler_timeout

/// The second door: `/chat/{desk}`, a page for people without LINE or whose phone is watched.
///
///     GET  /chat/{desk}            the page, in the reader's language           GET  …/chat.js, …/chat.css, …/embed.js
///     GET  …/words?language=       its words in another language
///     POST …/visits  {} | {"code"} | {"door"}                 201 {"visit": token}; 404 code_unknown, door_closed; 429
///     POST …/messages {"id": ULID, "text" | "data" | "switch_to", "language"?}   200 {"kept": true}: it is on disk
///     GET  …/poll?after=SEQ        what is new, at the latest after chat_poll_longest (200 talk_json, or {} when nothing is)
///                              or {"kind":"writing","at","shown_ms"}: a counselor writes; &writing= is the `at` that is known
///     GET  …/media/{seq}           a picture or file a counselor sent (talk.h); 404 to everybody but the page it was sent to
///     GET  …/live                  WebSocket; first message {"visit","after"}; then {"kind":"talk",…} | {"kind":"writing",…} |
///                              {"kind":"beat"} | {"kind":"over"}
///     POST …/code                  200 {"code"}: for coming back; replaces an earlier one
///     POST …/bell {"on"}           LINE may say that something is to be read (desks whose LINE is only a doorway)
///     POST …/leave                 body: the token, then a line for each message still on its way, as …/messages takes it. The visit is over
///
/// The token travels in `X-Tsunagi-Visit` and lives in the page's memory alone: no cookie, nothing in any storage or
/// cache. Thread-safe.
class WebChat {
public:
    /// All must outlive this. Sets the desks' doorway.
    WebChat(desk::DeskService& desks, const config::ServerConfig& config, Milliseconds first_word = chat_first_word);

    std::vector<http::Route> routes();

    /// The counselor who holds `conversation` is writing: an open page of hers may show it. Nothing is kept of it.
    void show_writing(const bot::Conversation& conversation);

    /// The program ends: polls that wait are answered now, so that the end need not wait for them. From any thread.
    void stop() { listeners_.stop(); }

    /// Forgets visits, codes and links that are over. Now and then, from anywhere.
    net::awaitable<void> sweep() { return visits_.sweep(); }

private:
    /// A request with the desk it is for, which has a web chat.
    struct Call {
        http::Request request;
        const config::DeskConfig* desk = nullptr;
        Visit visit;
    };
    enum class Needs { desk, patience, same_origin, visit };  ///< `patience`: not too many of one address, as all that follow
    using Handle = net::awaitable<http::Response> (WebChat::*)(Call);

    net::awaitable<http::Response> guard(http::Request request, Needs needs, Handle handle);
    net::awaitable<http::Response> page(Call call);
    net::awaitable<http::Response> asset(Call call);
    net::awaitable<http::Response> words(Call call);
    net::awaitable<http::Response> open_visit(Call call);
    net::awaitable<http::Response> take_message(Call call);
    net::awaitable<http::Response> take(const config::DeskConfig* desk, Visit visit, nlohmann::json body);
    net::awaitable<void> take_unsent(const config::DeskConfig* desk, Visit visit, std::string unsent);
    net::awaitable<http::Response> poll(Call call);
    net::awaitable<http::Response> show_media(Call call);
    net::awaitable<http::Response> make_code(Call call);
    net::awaitable<http::Response> set_bell(Call call);
    net::awaitable<http::Response> leave(Call call);
    net::awaitable<std::optional<http::Response>> live_gate(const http::Request& request);
    net::awaitable<void> serve_live(http::Request request, std::shared_ptr<http::WebSocket> socket);

    const config::DeskConfig* desk_of(const http::Request& request) const;

    /// What a page knows already.
    struct Heard {
        std::uint64_t seq = 0;
        std::string standing;  ///< who holds the conversation
        std::uint64_t writing = 0;  ///< Writing::since of the last time she was told
    };
    struct News {
        std::string message;  ///< for the page; empty: nothing new
        Heard heard;
    };
    net::awaitable<News> news(Visit visit, std::shared_ptr<Listeners::Listener> listener, Heard heard);
    static net::awaitable<void> watch_for_end(std::shared_ptr<http::WebSocket> socket,
                                              std::shared_ptr<Listeners::Listener> listener, std::shared_ptr<bool> ended);
    bot::InboundContent language_tap(const DeskId& desk, const bot::Language& language) const;

    desk::DeskService& desks_;
    const config::ServerConfig& config_;
    const Milliseconds first_word_;
    const Secrets secrets_;
    Visits visits_;
    Listeners listeners_;
    Doorway doorway_;
    Writing writing_;
    // Many people share an address (a mobile network's gateway, a shelter's router), so these are wide; a code has 60 bits.
    Rate opening_{60, 30};       ///< an address: new visits
    Rate guessing_{20, 2};       ///< an address: wrong codes and links
    Rate speaking_{30, 30};      ///< a visit: messages
    Rate reaching_{600, 600};    ///< an address: every request that touches the store
};

}  // namespace tsunagi::webchat
