package dev.muster.coordinator.rpc;

import dev.muster.trust.ClientJudge.Judgement;
import dev.muster.trust.Holder;
import dev.muster.trust.Role;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.EnrolServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets in the calls of those who may make them; others hear why not, before anything of theirs is read. */
final class GateInterceptor implements ServerInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(GateInterceptor.class);
  private static final String ENROL = EnrolServiceGrpc.getEnrolMethod().getFullMethodName();
  private static final Set<Role> PEOPLE = EnumSet.of(Role.OPERATOR, Role.VIEWER);

  /** Calls of a service that is here in whole are the service's; what is in neither is nobody's. */
  private static final Map<String, Set<Role>> OF_METHOD = Map.of(
      EnrolServiceGrpc.getRenewMethod().getFullMethodName(), EnumSet.allOf(Role.class),
      ControlServiceGrpc.getFollowMethod().getFullMethodName(), PEOPLE,
      ControlServiceGrpc.getListMethod().getFullMethodName(), PEOPLE,
      ControlServiceGrpc.getShowMethod().getFullMethodName(), PEOPLE,
      ControlServiceGrpc.getFindDistributionMethod().getFullMethodName(), PEOPLE,
      ControlServiceGrpc.getFetchMethod().getFullMethodName(), PEOPLE);

  private static final Map<String, Set<Role>> OF_SERVICE = Map.of(
      ClusterServiceGrpc.SERVICE_NAME, EnumSet.of(Role.WORKER),
      ControlServiceGrpc.SERVICE_NAME, EnumSet.of(Role.OPERATOR),
      EnrolServiceGrpc.SERVICE_NAME, EnumSet.of(Role.OPERATOR));

  private final Gate gate;

  GateInterceptor(Gate gate) {
    this.gate = gate;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (method.equals(ENROL)) {
      return next.startCall(call, headers);
    }
    List<X509Certificate> chain = certificates(
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (chain.isEmpty()) {
      return refuse(
          call, Status.UNAUTHENTICATED,
          "no certificate was shown; a join token brings one: muster coordinator token");
    }
    return switch (gate.judge(chain)) {
      case Judgement.Refused(String why) -> refuse(call, Status.UNAUTHENTICATED, why);
      case Judgement.Known(Holder holder, Instant issued) -> {
        var caller = new Caller(holder, issued, gate);
        if (caller.isRevoked()) {
          yield refuse(
              call, Caller.REVOKED, String.valueOf(Caller.REVOKED.getDescription()));
        }
        Set<Role> may = rolesFor(method, call.getMethodDescriptor().getServiceName());
        if (!may.contains(holder.role())) {
          yield refuse(call, Status.PERMISSION_DENIED, notForYou(holder, call, may));
        }
        yield Contexts.interceptCall(caller.in(Context.current()), call, headers, next);
      }
    };
  }

  static Set<Role> rolesFor(String method, @Nullable String service) {
    Set<Role> roles = OF_METHOD.get(method);
    return roles != null ? roles : OF_SERVICE.getOrDefault(String.valueOf(service), Set.of());
  }

  private static String notForYou(Holder holder, ServerCall<?, ?> call, Set<Role> may) {
    return holder.role().phrase() + " may not " + deed(call) + " (your certificate is that of "
        + holder + "); that is for "
        + may.stream().map(Role::phrase).collect(Collectors.joining(" or ")) + ": 'muster "
        + "coordinator token --role " + may.stream().map(Role::word).findFirst().orElse("operator")
        + "' prints a token for one";
  }

  private static String deed(ServerCall<?, ?> call) {
    return String.valueOf(call.getMethodDescriptor().getBareMethodName())
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  /** None, where the client showed none. */
  private static List<X509Certificate> certificates(@Nullable SSLSession session) {
    try {
      return session == null
          ? List.of()
          : Arrays.stream(session.getPeerCertificates())
              .map(X509Certificate.class::cast)
              .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  private static <Q, A> ServerCall.Listener<Q> refuse(
      ServerCall<Q, A> call,
      Status status,
      String why) {
    LOG.info(
        "A call from {} is refused: {}",
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), why);
    call.close(status.withDescription(why), new Metadata());
    return new ServerCall.Listener<>() {
    };
  }
}
