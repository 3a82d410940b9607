#include "server/ops/serve.h"

#include "server/api/console_api.h"
#include "server/api/media.h"
#include "server/desk/lost_channels.h"
#include "server/desk/on_call.h"
#include "server/desk/timers.h"
#include "server/http/static_files.h"
#include "server/line/outbox.h"
#include "server/line/webhook.h"
#include "server/media/fetcher.h"
#include "server/ops/admin_routes.h"
#include "server/ops/key_mark.h"
#include "server/ops/line_side.h"
#include "server/ops/nightly_backup.h"
#include "server/ops/pretended_time.h"
#include "server/ops/report.h"
#include "server/ops/runtime.h"
#include "server/store/retention.h"
#include "server/store/rocks_store.h"
#include "server/webchat/web_chat.h"

#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <iostream>

/// jemalloc's, which the program is linked with; null where it is not, as under sanitizers.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old, std::size_t* old_size, void* fresh, std::size_t fresh_size);

namespace tsunagi::ops {
namespace {

/// How long a graceful stop waits for requests to LINE that are under way; each has its own deadlines below this.
constexpr std::chrono::seconds outbox_drain_timeout{20};

/// The console's strict policy: nothing from elsewhere, nothing inline, in nobody's frame.
constexpr const char* console_policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

http::Fields console_fields()
{
    return {{"Content-Security-Policy", console_policy},
            {"Referrer-Policy", "no-referrer"},
            {"X-Frame-Options", "DENY"},
            {"Permissions-Policy", "geolocation=(), camera=(), microphone=()"}};
}

/// Every connection is a file: as many as the system lets us have, up to what config asks for and a reserve for the store.
void allow_files(std::size_t connections_max)
{
    constexpr rlim_t reserve = 1'024;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, connections_max + reserve));
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < connections_max + reserve)
        spdlog::warn("the system allows {} open files; connections_max is {}", limit.rlim_cur, connections_max);
}

/// Everything that runs, built in order and ended in the opposite one.
class Program {
public:
    Program(const config::Loaded& config, const std::filesystem::path& data, Milliseconds clock_ahead)
        : config_(config), clock_(clock_ahead), runtime_(config.server.io_threads), store_(store::open_rocks_store(store_options(data))),
          desks_(*store_, config, clock_, random_), web_chat_(desks_, config.server),
          line_(config, desks_, clock_, metrics_, runtime_.executors().front(), client_options()),
          outbox_(runtime_.executors(), *store_, line_.api(), clock_, random_, metrics_),
          on_call_(runtime_.executors().front(), runtime_.pool(), *store_, config, clock_, client_options()), timers_(desks_, clock_),
          nightly_backup_(*store_, config.server.backup, clock_, metrics_, runtime_.pool()),
          fetcher_(runtime_.executors().front(), *store_, line_.content(), clock_, random_, metrics_),
          api_(desks_, metrics_, config.server, runtime_.passwords())
    {
    }

    void start()
    {
        // The addresses first: a start that cannot have them must not have sent anything to LINE that it then tears apart.
        public_ = std::make_unique<http::Server>(
            runtime_.contexts(), listen_of(config_.server.listen, config_.server.connections_max), public_routes());
        admin_ = std::make_unique<http::Server>(std::vector{runtime_.contexts().front()}, listen_of(config_.server.admin, 64),
                                                admin_routes({*store_, outbox_, ready_, [this] { return remarks(); }}, metrics_));
        public_->bind();
        admin_->bind();
        metrics_.gauge("tsunagi_people_waiting", "people waiting for a counselor",
                       [this] { return static_cast<double>(desks_.index().waiting_everywhere()); });
        metrics_.gauge("tsunagi_outbox_waiting", "requests to LINE not yet settled",
                       [this] { return static_cast<double>(outbox_.waiting()); });
        metrics_.gauge("tsunagi_store_reopened", "times the store was closed and opened again in place since the start",
                       [this] { return static_cast<double>(reopened_); });
        metrics_.gauge("tsunagi_on_call_told", "on-call notices that arrived", [this] { return static_cast<double>(on_call_.told()); });
        metrics_.gauge("tsunagi_on_call_given_up", "on-call notices nobody took within two hours",
                       [this] { return static_cast<double>(on_call_.given_up()); });
        metrics_.gauge("tsunagi_media_waiting", "media of people still to be fetched",
                       [this] { return static_cast<double>(fetcher_.waiting()); });
        metrics_.gauge("tsunagi_backup_made_seconds", "when the newest copy of what is kept was made, in Unix time; 0 when there is none",
                       [this] { return nightly_backup_.made_unix_seconds(); });
        runtime_.run(desks_.start());
        runtime_.run(tell_of_lost_channels());
        for (const auto& desk : config_.desks) runtime_.run(fetcher_.recover(desk.id));
        line_.use(outbox_, api_);
        api_.on_typing([this](const bot::Conversation& conversation) { web_chat_.show_writing(conversation); });
        desks_.on_media([this](store::MediaWork work) { fetcher_.add(std::move(work)); });
        if (config_.server.line_sending) {
            runtime_.run(outbox_.recover());
            desks_.on_outbox([this](store::OutboxRow row) { outbox_.add(std::move(row)); });
        } else {
            spdlog::warn("sending to LINE is paused by config; what is to be sent waits in the store");
        }

        public_->start();
        admin_->start();
        net::co_spawn(runtime_.executors().front(), forget_old_events(), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        net::co_spawn(runtime_.executors().front(), look_who_is_there(), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        net::co_spawn(runtime_.executors().front(), nightly_backup_.run(), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        net::co_spawn(runtime_.executors().front(), timers_.run(), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        for (const auto& desk : config_.desks)
            for (const auto way : {desk::OnCallNotices::Way::webhook, desk::OnCallNotices::Way::mail})
                net::co_spawn(runtime_.executors().front(), on_call_.run(desk.id, way), [](std::exception_ptr failure) {
                    if (failure) std::rethrow_exception(failure);
                });
        line_.start();
        ready_ = true;
    }

    /// Refuses new work, finishes what was begun, leaves the rest in the store.
    void stop()
    {
        ready_ = false;
        const auto ended = begin_stop(*public_);
        web_chat_.stop();
        ended.wait();
        outbox_.stop();
        fetcher_.stop();
        on_call_.stop();
        const auto deadline = std::chrono::steady_clock::now() + outbox_drain_timeout;
        while (is_busy() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        begin_stop(*admin_).wait();
        runtime_.stop();
    }

    /// Whether something is under way that must not be torn apart.
    bool is_busy() const { return outbox_.busy() > 0 || line_.is_busy(); }

    void reload_certificates()
    {
        const auto reload = [](http::Server& server, const config::Listener& listener) {
            if (listener.certificate_file.empty()) return;
            const auto trouble = server.reload_tls();
            if (trouble.empty()) spdlog::info("the certificate {} was read again and is in use", listener.certificate_file);
            else spdlog::error("{}; the old certificate stays in use", trouble);
        };
        reload(*public_, config_.server.listen);
        reload(*admin_, config_.server.admin);
    }

    std::uint16_t port() const { return public_->port(); }
    std::uint16_t admin_port() const { return admin_->port(); }

private:
    /// What an operator should know or mend, in words.
    std::vector<std::string> remarks()
    {
        auto words = line_.remarks();
        words.insert(words.begin(), lost_.begin(), lost_.end());
        for (auto& word : nightly_backup_.remarks()) words.push_back(std::move(word));
        return words;
    }
    net::awaitable<void> tell_of_lost_channels()
    {
        const auto lost = co_await desk::lost_channels(*store_, config_);
        for (const auto& one : lost) {
            lost_.push_back(desk::what_happened(one) + ": " + desk::what_to_do(one));
            spdlog::warn(lost_.back());
        }
    }
    /// Counted and logged by a stable word, never with content.
    std::function<void(std::string_view)> told_of_trouble()
    {
        return [this](std::string_view code) {
            metrics_.handler_failed(code);
            spdlog::warn("http: {}", code);
        };
    }
    store::RocksOptions store_options(const std::filesystem::path& data)
    {
        store::RocksOptions options;
        options.path = data / "store";
        options.on_reopened = [this] {
            ++reopened_;
            spdlog::warn("the store could not write, and was closed and opened again in place; writing works again");
        };
        return options;
    }
    http::ClientOptions client_options()
    {
        http::ClientOptions options;
        options.ca_file = config_.server.ca_file;
        options.on_trouble = told_of_trouble();
        return options;
    }
    http::Listen listen_of(const config::Listener& listener, std::size_t connections_max)
    {
        http::Listen listen{.address = listener.address, .port = listener.port};
        if (!listener.certificate_file.empty()) listen.tls = http::Tls{listener.certificate_file, listener.key_file};
        listen.proxies.clear();
        for (const auto& proxy : listener.proxies)
            if (const auto network = http::Network::parse(proxy)) listen.proxies.push_back(*network);
        listen.limits.connections_max = connections_max;
        listen.on_trouble = told_of_trouble();
        return listen;
    }

    /// Event ids are kept for a week (store/retention.h); older ones go, an hour after the start and then every day.
    net::awaitable<void> forget_old_events()
    {
        TimePoint due = clock_.now() + std::chrono::hours(1);
        for (;;) {
            co_await clock_.sleep_until(due);
            co_await sweep();
            due = clock_.now() + std::chrono::hours(24);
        }
    }
    /// Whose session has ended is not at the desk any more.
    net::awaitable<void> look_who_is_there()
    {
        constexpr std::chrono::minutes look_every{1};
        for (;;) {
            try {
                co_await api_.end_duty_of_absent();
            } catch (const std::exception&) {
                metrics_.handler_failed("duty");
                spdlog::error("who is signed in could not be read; looked for again");
            }
            const TimePoint next_look = clock_.now() + look_every;
            co_await clock_.sleep_until(next_look);
        }
    }
    net::awaitable<void> sweep()
    {
        try {
            for (const auto& desk : config_.desks) co_await store::forget_old_events(*store_, desk.id, clock_.now());
            co_await web_chat_.sweep();
            co_await api_.sweep();
        } catch (const std::exception&) {
            metrics_.handler_failed("sweep");
            spdlog::error("what is old could not be read and forgotten; it is tried again tomorrow");
        }
    }

    std::vector<http::Route> public_routes()
    {
        std::vector<http::Route> routes = api_.routes();
        routes.push_back(line::webhook_route(desks_, metrics_, [this](const auto& desk, const auto& channel, auto visit) {
            line_.leave(desk, channel, std::move(visit));
        }));
        routes.push_back(api::media_link_route(desks_));
        for (auto& route : web_chat_.routes()) routes.push_back(std::move(route));
        if (!config_.server.console_dir.empty())
            for (auto& route : http::static_routes("/console/", config_.server.console_dir, console_fields()))
                routes.push_back(std::move(route));
        return routes;
    }

    static std::future<void> begin_stop(http::Server& server)
    {
        auto stopped = std::make_shared<std::promise<void>>();
        server.stop([stopped] { stopped->set_value(); });
        return stopped->get_future();
    }

    const config::Loaded& config_;
    desk::SystemClock clock_;
    desk::SystemRandom random_;
    Metrics metrics_;
    std::atomic<bool> ready_{false};
    std::vector<std::string> lost_;  ///< channels that config no longer names, in words; as it was at the start
    std::atomic<std::uint64_t> reopened_{0};
    Runtime runtime_;                      // outlives the store, whose last answers are posted to its threads
    std::unique_ptr<store::StoreOnDisk> store_;
    desk::DeskService desks_;
    webchat::WebChat web_chat_;
    LineSide line_;
    line::Outbox outbox_;
    desk::OnCallNotices on_call_;
    desk::Timers timers_;
    NightlyBackup nightly_backup_;
    media::Fetcher fetcher_;
    api::ConsoleApi api_;
    std::unique_ptr<http::Server> public_;
    std::unique_ptr<http::Server> admin_;
};

/// Reading config takes tens of megabytes that are free again when it was read: they go back at once.
void give_memory_back()
{
    if (mallctl != nullptr) mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);  // 4096: all arenas (jemalloc(3), MALLCTL_ARENAS_ALL)
}

/// Waits for SIGTERM or SIGINT; SIGHUP reads the certificates again.
void wait_for_end(Program& program)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    for (;;) {
        int signal = 0;
        sigwait(&signals, &signal);
        if (signal != SIGHUP) break;
        program.reload_certificates();
    }
    // From now on a signal has its default effect: a second one ends the process at once.
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace

int serve(const ServeOptions& options)
{
    const auto config = config::load(options.config_dir);
    print_problems(config.problems, std::cerr);
    if (!config.ok()) {
        std::cerr << "tsunagi: config has mistakes, not starting. `tsunagi check --config DIR` lists them.\n";
        return 1;
    }
    give_memory_back();
    const auto ahead = clock_ahead(options.pretend_now, config.server, desk::SystemClock().now());
    if (!ahead.ok()) {
        std::cerr << "tsunagi: " << ahead.error() << '\n';
        return 1;
    }
    // Blocked before any thread begins, so that all threads inherit it and only sigwait sees them.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    const std::filesystem::path data = options.data_dir.value_or(config.server.data_dir);
    try {
        std::filesystem::create_directories(data);
        if (const auto trouble = key_trouble(data, config.server.master_key, trial_of(config, data)); !trouble.empty()) {
            std::cerr << "tsunagi: " << trouble << '\n';
            return 1;
        }
        allow_files(config.server.connections_max);
        Program program(config, data, *ahead);
        if (!mark_key(data, config.server.master_key)) spdlog::warn("{} cannot be written: another master_key would not be noticed", data.string());
        if (*ahead != Milliseconds{0}) spdlog::warn("the clock is set to another time: for practice only");
        program.start();
        spdlog::info("ready: port {}, admin port {}", program.port(), program.admin_port());
        wait_for_end(program);
        spdlog::info("stopping: finishing what was begun");
        program.stop();
        spdlog::info("stopped");
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "tsunagi: cannot go on: " << failure.what() << '\n';
        return 1;
    }
}

}  // namespace tsunagi::ops
